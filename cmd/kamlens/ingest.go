package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

func newIngestCommand(a *app) *cobra.Command {
	var i identity
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
			load := a.load
			if watch {
				load = a.watch
			}
			if i.as == "" {
				return load(cmd.Context(), o)
			}
			return a.withActor(cmd.Context(), i, func(_ config.Config, _ *store.Store, who actor) error {
				o.Corrector = who.corrector()
				return load(cmd.Context(), o)
			})
		},
	}
	flags := c.Flags()
	flags.BoolVar(&dryRun, "dry-run", false, "试运行，不存入 · show what would be loaded, store nothing")
	flags.BoolVar(&watch, "watch", false, "守候收件夹，文件到齐即装入，直到中断 · load what lands in the inbox until interrupted")
	i.add(flags)
	flags.StringVar(&file, "file", "", "只装入这个文件，如改正后的退回文件 · load this file only, e.g. a corrected reject file")
	return c
}

// corrector lets the person answer for corrected reject files.
func (w actor) corrector() *ingest.Corrector {
	return &ingest.Corrector{By: w.ID, ByName: w.Name, Act: func(ctx context.Context, subject string, load func() error) error {
		return w.act(ctx, people.RejectFix, subject, "", load)
	}}
}

// load loads what there is.
func (a *app) load(ctx context.Context, o ingest.Options) error {
	_, err := ingest.Run(ctx, o)
	return err
}

// watch loads what lands in the inbox; it takes no other option of ingest.
func (a *app) watch(ctx context.Context, o ingest.Options) error {
	if o.File != "" || o.DryRun || len(o.Sources) > 0 {
		return fault.New(fault.Usage, "ingest.inbox.watch_alone")
	}
	return ingest.Watch(ctx, o, a.now)
}
