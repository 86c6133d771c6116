package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/fault"
)

func newIngestCommand(a *app) *cobra.Command {
	var dryRun, watch bool
	var file string
	c := &cobra.Command{
		Use:   "ingest [SOURCE...]",
		Short: "导入文件 · load the files of all or the named sources",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			o := ingest.Options{
				Config: c, Sources: args, File: file, DryRun: dryRun, Now: a.now(), Lang: a.lang(), Out: a.stdout,
				Progress: terminal(a.stderr), Reader: reader,
			}
			if watch {
				return a.watch(cmd.Context(), o)
			}
			_, err = ingest.Run(cmd.Context(), o)
			return err
		},
	}
	flags := c.Flags()
	flags.BoolVar(&dryRun, "dry-run", false, "试运行，不存入 · show what would be loaded, store nothing")
	flags.BoolVar(&watch, "watch", false, "守候收件夹，文件到齐即装入，直到中断 · load what lands in the inbox until interrupted")
	flags.StringVar(&file, "file", "", "只装入这个文件，如改正后的退回文件 · load this file only, e.g. a corrected reject file")
	return c
}

// watch loads what lands in the inbox; it takes no other option of ingest.
func (a *app) watch(ctx context.Context, o ingest.Options) error {
	if o.File != "" || o.DryRun || len(o.Sources) > 0 {
		return fault.New(fault.Usage, "ingest.inbox.watch_alone")
	}
	return ingest.Watch(ctx, o, a.now)
}
