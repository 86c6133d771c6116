package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/demo"
)

func newDemoCommand(a *app) *cobra.Command {
	f := generateFlags{format: demo.CSV, rate: 1.25}
	var serve bool
	var addr string
	c := &cobra.Command{
		Use:   "demo",
		Short: "演示：生成、导入、计算、出报表、看板 · generate a company and show everything on it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f, serve, addr) },
	}
	c.Flags().StringVar(&f.dir, "dir", "demo-data", "目录 · folder to write to")
	f.register(c)
	c.Flags().BoolVar(&serve, "serve", true, "启动看板 · serve the dashboard at the end")
	c.Flags().StringVar(&addr, "addr", defaultAddr, "看板地址 · address of the dashboard")
	return c
}

// demo goes the whole way on made-up data. Running it again on the same folder makes the same files again, so the ingest
// finds nothing new and the ledger owes nothing.
func (a *app) demo(ctx context.Context, f generateFlags, serve bool, addr string) error {
	start := a.now()
	s, err := a.generate(ctx, f)
	if err != nil {
		return err
	}
	a.configPath, a.loaded = s.Config, nil
	c, err := a.config()
	if err != nil {
		return err
	}
	a.say("cli.demo.rules", s.Config)
	a.say("cli.demo.run")
	if err := a.pipeline(ctx, c); err != nil {
		return err
	}
	a.say("cli.demo.reports")
	if err := a.writeDue(ctx, false); err != nil {
		return err
	}
	a.say("cli.demo.done", a.now().Sub(start).Round(100*time.Millisecond).Seconds(), filepath.Dir(s.Config))
	if !serve {
		a.say("cli.demo.next", s.Config)
		return nil
	}
	return a.serve(ctx, addr)
}
