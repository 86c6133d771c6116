package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// whyFlags are the flags of why.
type whyFlags struct {
	oneKPI
	against string
	by      string
}

func newWhyCommand(a *app) *cobra.Command {
	f := whyFlags{}
	c := &cobra.Command{
		Use:   "why",
		Short: "变动原因 · print what each group contributes to the change of a KPI, and which months stand out",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.why(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.against, "against", string(kpi.AgainstPrevious), "对比期：previous 上期、year_ago 去年同期 · compare with previous or year_ago")
	flags.StringVar(&f.by, "by", "", "分组，缺省为 region，指标没有地区时为其首个维度 · groups, by default region or the first that the KPI has: manager, team, region, tier, kind, severity, category, customer")
	f.add(flags)
	return c
}

// explained is what why answers.
type explained struct {
	kpi.Movement
	Chart *kpi.ControlChart `json:"chart"` // nil for a measure without months
}

// why prints the contributions of groups to the change of one KPI, and the signals of its control chart.
func (a *app) why(ctx context.Context, f whyFlags) error {
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		def, period, write, err := f.asked(door)
		if err != nil {
			return err
		}
		by := cmp.Or(kpi.Dim(strings.ToLower(f.by)), def.WhyBy())
		m, err := door.Why(ctx, kpi.Everything(), kpi.WhyQuestion{KPI: def.ID, Period: period, By: by,
			Against: kpi.Against(f.against), Filter: managerFilter(f.managers)})
		if err != nil {
			return err
		}
		out := explained{Movement: m}
		if def.HasMonths() {
			chart, err := door.Signals(ctx, kpi.Everything(), kpi.SignalQuestion{KPI: def.ID, Period: period, Filter: managerFilter(f.managers)})
			if err != nil {
				return err
			}
			out.Chart = &chart
		}
		if err := a.sayPresumed(ctx, door, period); err != nil {
			return err
		}
		if f.format == "json" {
			return a.writeJSON(out)
		}
		names, err := namesOf(ctx, door, []kpi.Dim{by})
		if err != nil {
			return err
		}
		if f.format == "csv" {
			return write(a.stdout, movementSheet(a.lang(), def, names, m, true))
		}
		return a.printWhy(def, names, out)
	})
}

// printWhy prints a movement for people, and below it what stands out in the last months.
func (a *app) printWhy(def kpi.Definition, names map[kpi.Dim]map[string]string, x explained) error {
	l := a.lang()
	if _, err := fmt.Fprintln(a.stdout, x.Words(l, def)); err != nil {
		return err
	}
	if len(x.Parts) > 0 {
		if _, err := fmt.Fprintln(a.stdout); err != nil {
			return err
		}
		if err := writeTable(a.stdout, movementSheet(l, def, names, x.Movement, false)); err != nil {
			return err
		}
	}
	if x.Chart == nil {
		return nil
	}
	_, err := fmt.Fprintln(a.stdout, "\n"+strings.Join(x.Chart.Words(l, def), "\n"))
	return err
}

// movementSheet lays out the parts of a movement, and for people their sum, which is what the parts add up to.
func movementSheet(l text.Lang, def kpi.Definition, names map[kpi.Dim]map[string]string, m kpi.Movement, raw bool) sheet {
	t := sheet{head: []string{string(m.By)}, text: 1}
	if raw {
		t.head = append(t.head, "now", "before", "share", "share_before", "rate_effect", "mix_effect", "total", "name")
	} else {
		t.head[0] = l.T("kpi.dim." + string(m.By))
		for _, key := range []string{"now", "before", "share", "share_before", "rate", "mix", "total"} {
			t.head = append(t.head, l.T("kpi.why.head."+key))
		}
		t.head = append(t.head, "")
	}
	for _, p := range m.Parts {
		label := kpi.Label(l, m.By, p.ID, names[m.By][p.ID])
		if raw {
			t.rows = append(t.rows, []string{p.ID, plain(p.Value), plain(p.Before), plain(&p.Share), plain(&p.ShareBefore),
				p.Rate.String(), p.Mix.String(), p.Total.String(), label})
			continue
		}
		share := kpi.Definition{Unit: kpi.UnitShare}
		t.rows = append(t.rows, []string{withID(m.By, map[string]string{string(m.By): p.ID}, label), kpi.Format(l, def, p.Value), kpi.Format(l, def, p.Before),
			kpi.Format(l, share, &p.Share), kpi.Format(l, share, &p.ShareBefore), p.Rate.Text(l, def), p.Mix.Text(l, def), p.Total.Text(l, def), ""})
	}
	if !raw {
		t.rows = append(t.rows, []string{l.T("kpi.why.all"), kpi.Format(l, def, m.Value), kpi.Format(l, def, m.Before), "", "",
			m.Rate.Text(l, def), m.Mix.Text(l, def), m.Change.Text(l, def), ""})
	}
	return t
}
