package main

import (
	"context"
	"io"

	"github.com/spf13/pflag"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// asking are the flags of a question about a period.
type asking struct {
	period string
	format string
	past   past
}

// The periods that a question may be about. Sheets are not made for ranges.
const (
	wholePeriods = "2026, 2026-H1, 2026-Q3, 2026-10"
	anyPeriods   = wholePeriods + ", 2026-01..2026-06"
)

// periodFlag adds the flag --period.
func periodFlag(flags *pflag.FlagSet, to *string, periods string) {
	flags.StringVar(to, "period", "", "周期 · period: "+periods)
}

func (f *asking) add(flags *pflag.FlagSet, periods string) {
	periodFlag(flags, &f.period, periods)
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.past.flags(flags)
}

// asked is the period that is asked about, and what writes the answer.
func (f *asking) asked() (p kpi.Period, write func(io.Writer, sheet) error, err error) {
	if p, err = askedPeriod(f.period); err != nil {
		return p, nil, err
	}
	write, err = writerOf(f.format)
	return p, write, err
}

// question is one that was read, at the door that answers it.
type question struct {
	config config.Config
	door   *kpi.Door
	period kpi.Period
	write  func(io.Writer, sheet) error // nil for JSON
}

// withQuestion opens the door and reads what is asked there.
func (a *app) withQuestion(ctx context.Context, f asking, answer func(question) error) error {
	return a.withDoorAt(ctx, f.past, func(c config.Config, door *kpi.Door) error {
		period, write, err := f.asked()
		if err != nil {
			return err
		}
		return answer(question{config: c, door: door, period: period, write: write})
	})
}

// oneKPI are the flags of a question about one measure.
type oneKPI struct {
	asking
	kpi      string
	managers []string
}

func (f *oneKPI) add(flags *pflag.FlagSet) {
	f.asking.add(flags, anyPeriods)
	flags.StringVar(&f.kpi, "kpi", "", "指标编号 · KPI id")
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理 · only these managers' rows")
}

// asked is the measure and the period that is asked about, and what writes the answer.
func (f *oneKPI) asked(door *kpi.Door) (def kpi.Definition, p kpi.Period, write func(io.Writer, sheet) error, err error) {
	if f.kpi == "" {
		return def, p, nil, fault.New(fault.Usage, "kpi.cli.one")
	}
	if p, err = askedPeriod(f.period); err != nil {
		return def, p, nil, err
	}
	if def, err = door.Definition(f.kpi); err != nil {
		return def, p, nil, asUsage(err)
	}
	write, err = writerOf(f.format)
	return def, p, write, err
}
