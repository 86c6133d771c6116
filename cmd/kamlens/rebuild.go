package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/warehouse"
)

func newRebuildCommand(a *app) *cobra.Command {
	var into string
	c := &cobra.Command{
		Use:   "rebuild",
		Short: "由档案重建仓库 · make the warehouse again from the archive",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			c, err := a.config()
			if err != nil {
				return err
			}
			kept := archive.At(c.Dir("archive"))
			entries, err := kept.Entries()
			if err != nil {
				return err
			}
			if into != "" {
				if into, err = filepath.Abs(into); err != nil {
					return err
				}
				c = c.WithData(into)
			}
			lock, err := warehouse.Acquire(c.Dir(""), "kamlens rebuild", c.Zone())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, lock.Release()) }()
			r, err := ingest.Rebuild(cmd.Context(), ingest.RebuildOptions{
				Config: c, Archive: kept.Dir(), Entries: entries, Lang: a.lang(), Out: a.stderr, Reader: reader,
			})
			if err != nil {
				return err
			}
			if into == "" {
				a.say("archive.publish_next")
			}
			_, err = fmt.Fprintln(a.stdout, a.lang().T("archive.rebuilt", r.Batches, r.Retracts, r.Warehouse))
			return err
		},
	}
	c.Flags().StringVar(&into, "into", "", "重建到这个目录 · make it in this folder instead of the data folder")
	return c
}
