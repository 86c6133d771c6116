package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// freezeFlags are the flags of freeze.
type freezeFlags struct {
	identity
	period, reason string
	despite        bool
}

func newFreezeCommand(a *app) *cobra.Command {
	f := freezeFlags{}
	c := &cobra.Command{
		Use:   "freeze",
		Short: "封账 · close a period: one person proposes, another one confirms with the same command",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.freeze(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.period, "period", "", "周期 · period: 2026-10, 2026-Q3, 2026-H1, 2026")
	flags.StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
	flags.BoolVar(&f.despite, "despite", false, "检查有问题或有未裁定的争议也封账，记录在案 · close although checks found rows or disputes are open; kept on record")
	f.add(flags)
	c.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "列出已封账的周期 · list what is closed",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.listFrozen() },
	})
	return c
}

// freeze proposes to close a period, or confirms and closes it when another person has proposed it.
func (a *app) freeze(ctx context.Context, f freezeFlags) error {
	period, err := askedPeriod(f.period)
	if err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) (err error) {
		if !who.May(people.PeriodFreeze) { // said before anything is looked at, and kept in the audit
			return who.act(ctx, people.PeriodFreeze, period.String(), f.reason, func() error { return nil })
		}
		lock, err := warehouse.Acquire(c.Dir(""), "kamlens freeze", c.Zone())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lock.Release()) }()
		current, err := s.Current(ctx)
		if err != nil {
			return err
		}
		history, err := decision.Read(decision.Journal(c))
		if err != nil {
			return err
		}
		plan, err := transform.PlanFreeze(ctx, transform.FreezeOptions{
			Config: c, Period: period, Snapshot: filepath.Join(c.Dir("snapshots"), current.Snapshot), Version: version(), Now: a.now(),
			Disputes: openDisputes(history, period), Despite: f.despite,
		})
		if err != nil {
			return err
		}
		if err := undecided(history, plan.Decisions); err != nil {
			return err
		}
		a.sayFreezing(plan.Manifest)
		desk := decision.NewDesk(c, who.people, a.now)
		proposal, proposed := openProposal(history, period)
		if !proposed {
			d, err := desk.Decide(ctx, who.Person, decision.FreezePropose, period.String(), f.reason, nil)
			if err == nil {
				_, err = fmt.Fprintln(a.stdout, a.lang().T("freeze.proposed", d.ID, period))
			}
			return err
		}
		return a.close(ctx, c.Zone(), plan, proposal, func() (decision.Decision, error) {
			return desk.Decide(ctx, who.Person, decision.FreezeConfirm, period.String(), f.reason, nil)
		})
	})
}

// close writes the part, lets the second person confirm it, and keeps it.
func (a *app) close(ctx context.Context, zone *time.Location, plan transform.Freezing, proposal decision.Decision,
	confirm func() (decision.Decision, error)) (err error) {
	folder, err := plan.Write(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }() // what is kept is no longer there
	d, err := confirm()
	if err != nil {
		return err
	}
	if err := plan.Keep(folder, actOf(proposal, zone), actOf(d, zone)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.stdout, a.lang().T("freeze.done", plan.Period, plan.Part, len(plan.Measures), d.ID))
	return err
}

// actOf is who decided, for a manifest.
func actOf(d decision.Decision, zone *time.Location) frozen.Act {
	at := d.At
	if t, err := time.Parse(time.RFC3339, d.At); err == nil {
		at = t.In(zone).Format(time.DateTime)
	}
	return frozen.Act{By: d.By, Name: d.ByName, At: at, Reason: d.Reason, Decision: d.ID}
}

// openProposal finds the proposal to close a period that nobody has answered.
func openProposal(h decision.History, p calendar.Period) (decision.Decision, bool) {
	for _, d := range h.All() {
		if d.Kind == decision.FreezePropose && d.Subject == p.String() && h.Open(d) {
			return d, true
		}
	}
	return decision.Decision{}, false
}

// openDisputes lists the disputes of rows of a period that nobody has decided.
func openDisputes(h decision.History, p calendar.Period) []string {
	list := []string{}
	for _, d := range h.All() {
		if d.Kind != decision.RowDispute || !h.Open(d) {
			continue
		}
		of, err := calendar.ParsePeriod(d.Payload["period"])
		if err != nil || of.Start.Before(p.End) && p.Start.Before(of.End) {
			list = append(list, d.ID)
		}
	}
	return list
}

// sayFreezing says what would be closed, what not, and what to think about before.
func (a *app) sayFreezing(m frozen.Manifest) {
	a.say("freeze.plan", m.Period, m.Part, m.AsOf, m.LastBatch, len(m.Measures), strings.Join(m.Measures, ", "))
	for _, o := range m.Open {
		if o.MaturesOn != "" {
			a.say("freeze.matures", o.KPI, o.MaturesOn)
		} else {
			a.say("freeze.open", o.KPI)
		}
	}
	for _, w := range m.Warnings {
		a.say("freeze.warning", freezeWarning(a.lang(), w))
	}
	if len(m.Disputes) > 0 {
		a.say("freeze.despite_disputes", len(m.Disputes), strings.Join(m.Disputes, ", "))
	}
}

// freezeWarning is a warning of a manifest as a person reads it: kind:what, or check:name:rows.
func freezeWarning(l text.Lang, w string) string {
	kind, what, _ := strings.Cut(w, ":")
	switch kind {
	case "unset":
		return l.T("freeze.warning.unset", l.T("rules.name."+what), what)
	case "unset_kpi":
		return l.T("freeze.warning.unset_kpi", what)
	default:
		name, rows, _ := strings.Cut(what, ":")
		return l.T("freeze.warning.check", name, rows)
	}
}

// listFrozen prints what is closed.
func (a *app) listFrozen() error {
	c, err := a.config()
	if err != nil {
		return err
	}
	parts, err := frozenParts(c)
	if err != nil {
		return err
	}
	l := a.lang()
	t := sheet{}
	for _, key := range []string{"period", "part", "measures", "as_of", "snapshot", "confirmed", "proposed", "open"} {
		t.head = append(t.head, l.T("freeze.list."+key))
	}
	t.text = len(t.head)
	for _, p := range parts {
		var open []string
		for _, o := range p.Open {
			open = append(open, o.KPI)
		}
		t.rows = append(t.rows, []string{p.Period, number(int64(p.Part)), strings.Join(p.Measures, " "), p.AsOf, p.Snapshot,
			p.Confirmed.Name + " " + p.Confirmed.At, p.Proposed.Name + " " + p.Proposed.At, strings.Join(open, " ")})
	}
	return writeTable(a.stdout, t)
}

// frozenParts reads all that is closed.
func frozenParts(c config.Config) ([]frozen.Part, error) {
	entries, err := archive.At(c.Dir("archive")).Entries()
	if err != nil {
		return nil, err
	}
	return frozen.Load(c.Dir("frozen"), entries)
}

// undecided refuses to close while there are decisions that no snapshot has taken in: they would change the rows that are
// closed. seen is how far into their journal the snapshot reaches: lines and hash.
func undecided(h decision.History, seen string) error {
	reach, err := decision.ParseReach(seen)
	if err != nil {
		return err
	}
	var list []string
	for i, d := range h.All() {
		if int64(i) >= reach.Lines && d.Kind != decision.FreezePropose && d.Kind != decision.FreezeConfirm {
			list = append(list, d.ID)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return fault.New(fault.Refused, "freeze.undecided", strings.Join(list, ", "))
}
