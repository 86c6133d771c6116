package main

import (
	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
)

func newIngestCommand(a *app) *cobra.Command {
	var dryRun bool
	var file string
	c := &cobra.Command{
		Use:   "ingest [SOURCE...]",
		Short: "导入文件 · load the files of all or the named sources",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			_, err = ingest.Run(cmd.Context(), ingest.Options{
				Config: c, Sources: args, File: file, DryRun: dryRun, Now: a.now(), Lang: a.lang(), Out: a.stdout,
				Progress: terminal(a.stderr), Reader: reader,
			})
			return err
		},
	}
	flags := c.Flags()
	flags.BoolVar(&dryRun, "dry-run", false, "试运行，不存入 · show what would be loaded, store nothing")
	flags.StringVar(&file, "file", "", "只装入这个文件，如改正后的退回文件 · load this file only, e.g. a corrected reject file")
	return c
}
