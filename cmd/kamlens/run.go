package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

func newRunCommand(a *app) *cobra.Command {
	var p past
	c := &cobra.Command{
		Use:   "run",
		Short: "导入、计算、检查、发布 · ingest, transform, check and publish",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			if p.known != "" {
				path, err := a.past(cmd.Context(), c, p)
				if err == nil {
					_, err = fmt.Fprintln(a.stdout, path)
				}
				return err
			}
			if p.asOf != "" {
				if c, err = c.WithAsOf(p.asOf); err != nil {
					return err
				}
			}
			return a.pipeline(cmd.Context(), c)
		},
	}
	c.Flags().BoolVar(&a.verbose, "verbose", false, "逐张表列出行数和用时；在终端上总是如此 · list every table with its rows and time, as on a terminal")
	c.Flags().StringVar(&p.asOf, "as-of", "", "数据时点 · business instant to compute for, e.g. 2026-11-01; default the configured one, else now")
	c.Flags().StringVar(&p.known, "known-at", "", "只建当时已知的快照，不发布：时间（一天、一分钟指其末尾）、批次编号或快照名 · build, but do not publish, what was known at a time (a day or a minute means its end), when a batch was the last one, or when a snapshot was published; prints the file")
	return c
}

// pipeline loads what is new, builds a snapshot and publishes it, holding the warehouse from beginning to end. A file
// that was refused does not stop the rest; it is the command's error when everything else is done.
func (a *app) pipeline(ctx context.Context, c config.Config) (err error) {
	lock, err := warehouse.Acquire(c.Dir(""), "kamlens run", c.Zone())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	now := a.now()
	_, refused := ingest.Run(ctx, ingest.Options{
		Config: c, Now: now, Lang: a.lang(), Out: a.stderr, Progress: terminal(a.stderr), Lock: lock,
		NoneOK: true, Reader: reader,
	})
	if refused != nil && (fault.KindOf(refused) != fault.Refused || ingest.Misplaced(refused)) {
		return refused
	}
	s, err := store.Open(ctx, c.StorePath())
	if err != nil {
		return errors.Join(err, refused)
	}
	r, err := transform.Run(ctx, transform.Options{
		Config: c, Now: now, Version: version(), Progress: a.stderr, Clock: a.now, Publisher: s, Lang: a.lang(),
		Verbose: a.verbose || terminal(a.stderr) != nil,
	})
	if err == nil {
		a.say("transform.done", len(r.Models), len(r.Checks), r.Elapsed.Seconds())
	}
	return errors.Join(err, refused, s.Close())
}

// terminal returns w when it is one, so that bars are drawn for people only.
func terminal(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		return w
	}
	return nil
}
