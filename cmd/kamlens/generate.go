package main

import (
	"context"
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/internal/fault"
)

// generateFlags are the flags of generate, which demo shares.
type generateFlags struct {
	dir       string
	customers int
	months    int
	until     string
	seed      uint64
	format    string
	rate      float64
	feeds     []string
}

func newGenerateCommand(a *app) *cobra.Command {
	f := generateFlags{}
	c := &cobra.Command{
		Use:   "generate",
		Short: "生成合成公司 · generate the files of a synthetic company",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := a.generate(cmd.Context(), f)
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.dir, "out", "", "目录 · folder to write to")
	f.register(c)
	flags.StringVar(&f.format, "format", demo.CSV, "csv, xlsx")
	flags.Float64Var(&f.rate, "cases-per-month", 1.25, "每客户每月工单数 · cases a customer opens in a month, on average")
	flags.StringSliceVar(&f.feeds, "feeds", nil, "只写这些数据 · write only these feeds")
	return c
}

// register declares the flags that say how big the company is and when its history ends.
func (f *generateFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.IntVar(&f.customers, "customers", 2000, "客户数 · customers")
	flags.IntVar(&f.months, "months", 24, "月数 · months of history")
	flags.StringVar(&f.until, "until", "", "截止月份，缺省为上个整月 · last month, by default the last full one, e.g. 2026-10")
	flags.Uint64Var(&f.seed, "seed", 1, "随机种子 · seed")
}

// generate writes a synthetic company and says what was written.
func (a *app) generate(ctx context.Context, f generateFlags) (demo.Summary, error) {
	until := calendar.MonthOf(a.now()).Previous()
	if f.until != "" {
		var err error
		if until, err = calendar.ParsePeriod(f.until); err != nil || until.Kind != calendar.Month {
			return demo.Summary{}, fault.New(fault.Usage, "cli.generate.until", f.until).Because(err)
		}
	}
	bar, done := progress(a.stderr, a.lang().T("demo.generate.progress"))
	defer done()
	s, err := demo.Generate(ctx, demo.Options{
		Dir: f.dir, Customers: f.customers, Months: f.months, Until: until, Seed: f.seed, Format: f.format,
		Lang: a.lang(), CasesPerMonth: f.rate, Feeds: f.feeds, Progress: bar,
	})
	if err != nil {
		return s, err
	}
	done()
	a.say("demo.generate.done", s.Files, s.Total(), fmt.Sprintf("%.1f MB", float64(s.Bytes)/1e6), s.Config)
	return s, nil
}

// progress returns a function that draws a bar of steps done, and one that removes it. When w is not a terminal
// nothing is drawn.
func progress(w io.Writer, label string) (step func(done, total int), stop func()) {
	if terminal(w) == nil {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(label),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())
	step = func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // drawing is not worth an error
	}
	return step, func() { _ = bar.Clear() }
}
