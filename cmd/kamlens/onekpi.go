package main

import (
	"io"

	"github.com/spf13/pflag"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// oneKPI are the flags of a question about one measure.
type oneKPI struct {
	kpi      string
	period   string
	managers []string
	format   string
	past     past
}

func (f *oneKPI) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.kpi, "kpi", "", "指标编号 · KPI id")
	flags.StringVar(&f.period, "period", "", "周期 · period: 2026, 2026-H1, 2026-Q3, 2026-10, 2026-01..2026-06")
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理 · only these managers' rows")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.past.flags(flags)
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
