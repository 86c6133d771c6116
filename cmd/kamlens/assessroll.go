package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/payroll"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// rollFlags are the flags of assess roll.
type rollFlags struct {
	sheetFlags
	month      string
	correction bool
}

func newAssessRollCommand(a *app) *cobra.Command {
	f := rollFlags{}
	c := &cobra.Command{
		Use:   "roll",
		Short: "写发薪名册：只含已签批的考核表，每个发薪月一份 · write the roll for payroll: signed sheets only, one file a payroll month",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.roll(cmd.Context(), f) },
	}
	c.Flags().StringVar(&f.month, "month", "", "发薪月份，必写 · payroll month; must be given, e.g. 2026-11")
	c.Flags().BoolVar(&f.correction, "correction", false, "另写一份编号的更正 · write a numbered correction beside the first")
	return f.add(c)
}

// roll writes the roll of a payroll month by the signed sheets of a period.
func (a *app) roll(ctx context.Context, f rollFlags) error {
	month, err := calendar.ParsePeriod(f.month)
	if err != nil || month.Kind != calendar.Month {
		return fault.New(fault.Usage, "payroll.month", f.month)
	}
	if f.reason == "" {
		return fault.New(fault.Usage, "decision.no_reason")
	}
	return a.withSheets(ctx, f.sheetFlags, people.AssessRoll, func(x sheetDesk) (err error) {
		lock, err := warehouse.Acquire(x.config.Dir(""), "kamlens assess roll", x.config.Zone())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lock.Release()) }()
		list, err := standings(x.config, x.past, x.report)
		if err != nil {
			return err
		}
		numbers, err := x.door.StaffNumbers(ctx, kpi.Everything())
		if err != nil {
			return err
		}
		r := rollOf(month.String(), x.report.Period, list, numbers)
		for _, left := range r.Left {
			a.say("payroll.why", left.ManagerID, left.Name, rollWhy(a.lang(), left.Why))
		}
		plan, err := payroll.Prepare(x.config.Dir("payroll"), r, f.correction)
		if err != nil {
			return err
		}
		m, key := plan.Manifest, "payroll.same"
		if !plan.Same {
			key = "payroll.done"
			subject := m.File + " " + r.Period + " " + m.SHA256
			err = x.who.act(ctx, people.AssessRoll, subject, f.reason, func() (err error) {
				m, err = plan.Write(x.config.Dir("payroll"), people.Signature(x.who.ID, x.who.Name), a.now().In(x.config.Zone()).Format(time.DateTime), f.reason)
				return err
			})
			if err != nil {
				return err
			}
		}
		a.saySigned(list)
		a.fact(key, m.File, m.Rows, m.ControlTotal, m.SHA256, m.Left)
		return nil
	})
}

// rollOf puts signed sheets with a grade that is paid on a roll, and everybody else beside it with why. Payroll knows people by
// their staff numbers: who has none, or one that somebody else has too, would not be paid, or as that other.
func rollOf(month, period string, list []standing, numbers map[string]string) payroll.Roll {
	r := payroll.Roll{Month: month, Period: period}
	holders := map[string]int{}
	for _, number := range numbers {
		holders[number]++
	}
	for _, s := range list {
		why, number := "", numbers[s.ManagerID]
		switch {
		case s.Signed == "" && s.Kept != nil && s.Kept.Sheet.State == assess.NoCard:
			why = string(assess.NoCard)
		case s.Signed == "":
			why = string(s.State)
		case s.Grade == "":
			why = "no_grade"
		case s.Kept.Sheet.Coefficient == nil:
			why = "no_coefficient"
		case number == "":
			why = "no_staff_no"
		case holders[number] > 1:
			why = "staff_no_twice"
		}
		if why != "" {
			r.Left = append(r.Left, payroll.Left{StaffNo: number, ManagerID: s.ManagerID, Name: s.Name, Why: why})
			continue
		}
		r.Rows = append(r.Rows, payroll.Row{StaffNo: number, ManagerID: s.ManagerID, Name: s.Name, Grade: s.Grade,
			Coefficient: *s.Kept.Sheet.Coefficient, Appeal: string(s.Appeal), Decision: s.Signed, Version: s.Version, Sheet: s.Sheet})
	}
	return r
}

// rollWhy says why somebody is not on a roll: how far the sheet has come, or what it lacks.
func rollWhy(l text.Lang, why string) string {
	if key := "payroll.why." + why; text.Has(key) {
		return l.T(key)
	}
	return l.T("assess.sign.state." + string(decision.SheetState(why)))
}
