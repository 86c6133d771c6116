package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

func newDiffCommand(a *app) *cobra.Command {
	var period, format string
	var ids []string
	c := &cobra.Command{
		Use:   "diff",
		Short: "封账后的差异 · print what a new computation would change in a closed period, row by row, and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.diff(cmd.Context(), period, format, ids)
		},
	}
	flags := c.Flags()
	flags.StringVar(&period, "period", "", "已封账的周期 · closed period: 2026-10")
	flags.StringSliceVar(&ids, "kpi", nil, "指标编号，缺省为全部 · KPI ids with commas between, by default all that are closed")
	flags.StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// diff computes a closed period again and prints the differences; how many there are of which cause goes to standard error.
func (a *app) diff(ctx context.Context, asked, format string, ids []string) (err error) {
	period, err := askedPeriod(asked)
	if err != nil {
		return err
	}
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	lock, err := warehouse.Acquire(c.Dir(""), "kamlens diff", c.Zone())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	list, err := a.differences(ctx, c, period, ids)
	if err != nil {
		return err
	}
	a.sayCauses(list)
	if format == "json" {
		return a.writeJSON(list)
	}
	return write(a.stdout, diffSheet(a.lang(), list, format == "csv"))
}

// differences compares every part of the period.
func (a *app) differences(ctx context.Context, c config.Config, period calendar.Period, ids []string) ([]transform.MeasureDiff, error) {
	kept := archive.At(c.Dir("archive"))
	entries, err := kept.Entries()
	if err != nil {
		return nil, err
	}
	all, err := frozen.Load(c.Dir("frozen"), entries)
	if err != nil {
		return nil, err
	}
	parts := frozen.Parts(all, period.String())
	if len(parts) == 0 {
		return nil, fault.New(fault.Usage, "diff.not_closed", period)
	}
	for _, id := range ids {
		if len(frozen.Holds(all, period.String(), id)) == 0 {
			return nil, fault.New(fault.Usage, "diff.kpi_not_closed", id, period)
		}
	}
	list := []transform.MeasureDiff{}
	for _, p := range parts {
		if len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(p.Measures, id) }) {
			continue
		}
		of, err := transform.Diff(ctx, transform.DiffOptions{Config: c, Part: p, Entries: entries, KPIs: ids, Now: a.now(),
			Replay: func(ctx context.Context, c config.Config, known []archive.Entry) error {
				_, err := ingest.Rebuild(ctx, ingest.RebuildOptions{Config: c, Archive: kept.Dir(), Entries: known, Lang: a.lang(), Out: a.stderr, Reader: reader})
				return err
			}})
		if err != nil {
			return nil, err
		}
		list = append(list, of...)
	}
	return list, nil
}

// sayCauses says how many rows differ, by cause.
func (a *app) sayCauses(list []transform.MeasureDiff) {
	count := map[string]int{}
	total := 0
	for _, m := range list {
		for _, r := range m.Rows {
			count[a.lang().T("diff.cause."+string(r.Cause))]++
			total++
		}
	}
	var parts []string
	for cause, n := range count {
		parts = append(parts, cause+" "+number(int64(n)))
	}
	slices.Sort(parts)
	a.say("diff.total", len(list), total, strings.Join(parts, ", "))
}

// diffSheet lays the differences out: of each measure that has any a line of its own figures, then its rows.
func diffSheet(l text.Lang, list []transform.MeasureDiff, raw bool) sheet {
	t := sheet{text: 5}
	keys := []string{"kpi", "period", "subject", "customer", "cause", "old_num", "new_num", "old_den", "new_den", "old_value", "new_value",
		"old_managers", "new_managers", "old_excluded", "new_excluded", "changed"}
	for _, key := range keys {
		if raw {
			t.head = append(t.head, key)
		} else {
			t.head = append(t.head, l.T("diff.head."+key))
		}
	}
	for _, m := range list {
		if len(m.Rows) == 0 {
			continue
		}
		company := ""
		if !raw {
			company = l.T("diff.company")
		}
		t.rows = append(t.rows, []string{m.KPI, m.Period, company, "", "", whole(m.Frozen.Num), whole(m.Rerun.Num), whole(m.Frozen.Den), whole(m.Rerun.Den),
			plain(m.Frozen.Value), plain(m.Rerun.Value), "", "", "", "", ""})
		for _, r := range m.Rows {
			cause := string(r.Cause)
			if !raw {
				cause = l.T("diff.cause." + cause)
			}
			o, n := side(l, r.Old, raw), side(l, r.New, raw)
			t.rows = append(t.rows, []string{m.KPI, m.Period, r.Subject, r.CustomerID, cause, o[0], n[0], o[1], n[1], o[2], n[2], o[3], n[3], o[4], n[4],
				changedText(l, r.Changed, raw)})
		}
	}
	return t
}

// changedText lists the other columns that would be different ones, with their values: "team 一组 → 二组".
func changedText(l text.Lang, list []transform.Change, raw bool) string {
	var parts []string
	for _, c := range list {
		name := c.Column
		if !raw {
			name = l.T("diff.column." + name)
		}
		parts = append(parts, strings.Join([]string{name, cmp.Or(c.Old, kpi.None), "→", cmp.Or(c.New, kpi.None)}, " "))
	}
	return strings.Join(parts, "; ")
}

// side is one side of a row: num, den, value, managers, why it is kept out.
func side(l text.Lang, s *transform.Side, raw bool) [5]string {
	if s == nil {
		if raw {
			return [5]string{}
		}
		return [5]string{kpi.None, kpi.None, kpi.None, kpi.None, kpi.None}
	}
	excluded := s.Excluded
	if !raw {
		excluded = kpi.ReasonName(l, excluded)
	}
	return [5]string{whole(s.Num), whole(s.Den), whole(s.Value), s.Managers, excluded}
}
