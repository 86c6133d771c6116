package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// showFlags are the flags of assess list and show.
type showFlags struct {
	identity
	period, manager, format string
}

func (f *showFlags) add(c *cobra.Command) *cobra.Command {
	flags := c.Flags()
	periodFlag(flags, &f.period, wholePeriods)
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.identity.add(flags)
	return c
}

func newAssessListCommand(a *app) *cobra.Command {
	f := showFlags{}
	return f.add(&cobra.Command{
		Use:   "list",
		Short: "列出各考核表办到哪一步；客户经理只见自己的 · list how far the sheets of a period have come; account managers see their own",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listSheets(cmd.Context(), f) },
	})
}

func newAssessShowCommand(a *app) *cobra.Command {
	f := showFlags{}
	c := &cobra.Command{
		Use:   "show",
		Short: "一张考核表：留存的原样、经过、现在重算的差异 · one sheet: as it was kept, its way, and what a computation of now would change",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.showSheet(cmd.Context(), f) },
	}
	c.Flags().StringVar(&f.manager, "manager", "", "客户经理 · manager")
	return f.add(c)
}

// standing is where the sheet of a manager stands, as programs read it.
type standing struct {
	Period    string              `json:"period"`
	ManagerID string              `json:"manager_id"`
	Name      string              `json:"manager_name"`
	State     decision.SheetState `json:"state"`
	Version   int                 `json:"version"` // of what is signed; 0: nothing is
	Appeal    decision.Appeal     `json:"appeal"`
	Decision  string              `json:"decision_id"` // the last one
	By        string              `json:"by"`
	Grade     string              `json:"grade"`       // that is signed, else reviewed, else computed
	Total     string              `json:"total"`       // of the same
	Sheet     string              `json:"sheet"`       // SHA-256 of what is kept
	Changes   []assess.Change     `json:"changes"`     // what a computation of now would change of it
	Kept      *assess.Kept        `json:"kept"`        // as it was kept, or as it is computed where nobody has reviewed it
	Way       []decisionLine      `json:"way"`         // of the version under way or signed last
	Signed    string              `json:"signed_with"` // the decision that holds

	held []decision.Decision // the way of the sheet that holds
}

// standingOf tells where a sheet stands; now is the computation, whose absence (a manager who is no longer there) is no change.
func standingOf(c config.Config, h decision.History, period string, manager string, now *assess.Kept) (standing, error) {
	record := h.Sheet(decision.SheetSubject(period, manager))
	s := standing{Period: period, ManagerID: manager, State: record.State, Version: record.Version, Appeal: record.Appeal, Kept: now,
		Changes: []assess.Change{}, Way: []decisionLine{}}
	for _, d := range record.Way {
		s.Way = append(s.Way, lineOfDecision(h, d))
		s.Decision, s.By = d.ID, people.Signature(d.By, d.ByName)
	}
	if record.Signed != nil {
		s.Signed = record.Signed.ID
	}
	if s.held = h.Held(record); len(s.held) > 0 {
		kept, err := keptSheet(c, s.held[0])
		if err != nil {
			return s, err
		}
		s.Kept, s.Sheet = &kept, s.held[0].Kept()
		if now != nil {
			s.Changes = assess.Changes(kept.Sheet, now.Sheet)
		}
	}
	if s.Kept != nil {
		s.Name, s.Grade, s.Total = s.Kept.Sheet.ManagerName, s.Kept.Sheet.Grade, plain(s.Kept.Sheet.Total.Value)
	}
	return s, nil
}

// standings tells of all sheets of a period, and of those that were decided on and whose managers are no longer listed.
func standings(c config.Config, h decision.History, r assess.Report) ([]standing, error) {
	list := []standing{}
	seen := map[string]bool{}
	for _, sheet := range r.Sheets {
		seen[sheet.ManagerID] = true
		now, _ := r.Keep(sheet.ManagerID)
		s, err := standingOf(c, h, r.Period, sheet.ManagerID, &now)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	for _, m := range h.Sheets(r.Period) {
		if seen[m] {
			continue
		}
		s, err := standingOf(c, h, r.Period, m, nil)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// withReadSheets computes a period and tells of its sheets to those who read decisions; an account manager gets the own one.
func (a *app) withReadSheets(ctx context.Context, f showFlags, write func(clerk, []standing) error) error {
	period, err := askedPeriod(f.period)
	if err != nil {
		return err
	}
	return a.withDesk(ctx, f.identity, func(x clerk) error {
		return x.readSheets(ctx, "assess "+period.String()+" "+f.manager, func(own bool) error {
			r, err := a.sheets(ctx, x.config, x.door, period, nil)
			if err != nil {
				return err
			}
			list, err := standings(x.config, x.past, r)
			if err != nil {
				return err
			}
			var shown []standing
			for _, s := range list {
				if (!own || s.ManagerID == x.who.ManagerID) && (f.manager == "" || f.manager == s.ManagerID) {
					shown = append(shown, s)
				}
			}
			return write(x, shown)
		})
	})
}

// listSheets prints how far sheets have come.
func (a *app) listSheets(ctx context.Context, f showFlags) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	return a.withReadSheets(ctx, f, func(_ clerk, list []standing) error {
		if f.format == "json" {
			for i := range list {
				list[i].Kept = nil // assess show prints one
			}
			return a.writeJSON(append([]standing{}, list...))
		}
		return write(a.stdout, standingSheet(a.lang(), list, f.format == "csv"))
	})
}

// standingSheet lays standings out: in words for people, in codes for programs.
func standingSheet(l text.Lang, list []standing, raw bool) sheet {
	columns := []string{"manager_id", "manager_name", "state", "version", "grade", "total", "appeal", "decision_id", "by", "sheet", "changes"}
	t := sheet{head: headed(l, "assess.sign.head.", columns, raw), text: len(columns)}
	for _, s := range list {
		state, appeal, total, hash := string(s.State), string(s.Appeal), s.Total, s.Sheet
		if !raw {
			state, appeal = l.T("assess.sign.state."+state), l.T("assess.sign.appeal."+appeal)
			total = kpi.None
			if s.Kept != nil {
				total = points(l, s.Kept.Sheet.Total.Value)
			}
			hash = hash[:min(len(hash), shortHash)]
		}
		t.rows = append(t.rows, []string{s.ManagerID, s.Name, state, strconv.Itoa(s.Version), s.Grade, total, appeal, s.Decision, s.By, hash,
			strconv.Itoa(len(s.Changes))})
	}
	return t
}

// shortHash is how many digits of a hash people read.
const shortHash = 12

// showSheet prints one sheet as it was kept, how it came to be, and what a computation of now would change.
func (a *app) showSheet(ctx context.Context, f showFlags) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	if f.manager == "" {
		return fault.New(fault.Usage, "assess.sign.one_manager")
	}
	return a.withReadSheets(ctx, f, func(x clerk, list []standing) error {
		if len(list) != 1 {
			return fault.New(fault.Usage, "assess.sign.no_sheet", f.manager, f.period)
		}
		s := list[0]
		if f.format == "json" {
			return a.writeJSON(s)
		}
		if s.Kept == nil {
			return fault.New(fault.Usage, "assess.sign.no_sheet", f.manager, f.period)
		}
		r := assess.Report{Period: s.Period, Snapshot: s.Kept.Snapshot, AsOf: s.Kept.AsOf, Rules: s.Kept.Rules, Sheets: []assess.Sheet{s.Kept.Sheet}}
		if f.format == "csv" {
			return write(a.stdout, assessCSV(a.lang(), x.door, r))
		}
		return a.tellSheet(x, s, r)
	})
}

// tellSheet prints a sheet for people.
func (a *app) tellSheet(x clerk, s standing, r assess.Report) error {
	l := a.lang()
	parts := []sheet{assessTable(l, x.door, r)}
	if len(s.Way) > 0 {
		parts = append(parts, decisionsSheet(l, s.Way, false))
	}
	if len(s.Changes) > 0 {
		parts = append(parts, movedSheet(l, s.Changes))
	}
	for i, t := range parts {
		if i > 0 {
			if _, err := fmt.Fprintln(a.stdout); err != nil {
				return err
			}
		}
		if err := writeTable(a.stdout, t); err != nil {
			return err
		}
	}
	if s.Sheet != "" {
		a.say("assess.sign.kept", s.Sheet, r.Snapshot, r.Rules)
	}
	a.saySigned([]standing{s})
	if s.Signed == "" {
		a.say("assess.approval")
	}
	return nil
}

// movedSheet lists what a computation of now would change.
func movedSheet(l text.Lang, changes []assess.Change) sheet {
	t := sheet{head: headed(l, "assess.sign.head.", []string{"line", "field", "was", "is"}, false), text: 4}
	for _, c := range changes {
		t.rows = append(t.rows, []string{c.Line, c.Field, orDash(c.Was), orDash(c.Is)})
	}
	return t
}

// saySigned says which sheets were signed, and of which of them this computation would make something else: what is signed holds.
func (a *app) saySigned(list []standing) {
	var agree []string
	for _, s := range list {
		switch {
		case s.Signed == "":
		case len(s.Changes) > 0:
			a.say("assess.sign.differs", s.ManagerID, s.Period, orDash(s.Grade), s.Signed, changesText(s.Changes))
		default:
			agree = append(agree, fmt.Sprintf("%s %s (%s)", s.ManagerID, orDash(s.Grade), s.Signed))
		}
	}
	if len(agree) > 0 {
		a.say("assess.sign.holds", strings.Join(agree, ", "))
	}
}
