package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// assessFlags are the flags of assess.
type assessFlags struct {
	asking
	managers []string
	quota    []string
}

func newAssessCommand(a *app) *cobra.Command {
	f := assessFlags{}
	c := &cobra.Command{
		Use:   "assess",
		Short: "考核 · assess account managers: rates, points, total and grade, line by line",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.assess(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理 · only these managers' sheets")
	flags.StringSliceVar(&f.quota, "simulate-quota", nil, "仅作模拟：按比例分等时界限落在谁之间，两人是否有差异 · simulation only: where a forced distribution would draw its lines, e.g. A=20,B=70,C=10")
	f.add(flags, wholePeriods)
	c.AddCommand(newAssessReviewCommand(a), newAssessTellCommand(a), newAssessObjectCommand(a), newAssessAnswerCommand(a), newAssessReturnCommand(a),
		newAssessSignCommand(a), newAssessListCommand(a), newAssessShowCommand(a), newAssessEvidenceCommand(a), newAssessRollCommand(a))
	return c
}

// assess prints the sheets of a period.
func (a *app) assess(ctx context.Context, f assessFlags) error {
	return a.withQuestion(ctx, f.asking, func(x question) error {
		quotas, err := quotasOf(f.quota)
		if err == nil && len(quotas) > 0 && len(f.managers) > 0 {
			err = fault.New(fault.Usage, "assess.quota.managers")
		}
		if err != nil {
			return err
		}
		r, err := a.sheets(ctx, x.config, x.door, x.period, f.managers)
		if err != nil {
			return err
		}
		a.sayPreliminary(x.door, x.period, nil)
		a.say("assess.approval")
		if err := a.sayKept(x.config, r); err != nil {
			return err
		}
		if len(quotas) > 0 {
			return a.simulateQuota(r, quotas, f.format)
		}
		if f.format == "json" {
			return a.writeJSON(r)
		}
		if len(r.Sheets) == 0 {
			a.say("assess.none")
		}
		if f.format == "csv" {
			return x.write(a.stdout, assessCSV(a.lang(), x.door, r))
		}
		return x.write(a.stdout, assessTable(a.lang(), x.door, r))
	})
}

// sayKept says which of the sheets were signed, and what this computation would change of them.
func (a *app) sayKept(c config.Config, r assess.Report) error {
	h, err := decision.Read(decision.Journal(c))
	if err != nil {
		return err
	}
	var list []standing
	for _, s := range r.Sheets {
		now, _ := r.Keep(s.ManagerID)
		at, err := standingOf(c, h, r.Period, s.ManagerID, &now)
		if err != nil {
			return err
		}
		list = append(list, at)
	}
	a.saySigned(list)
	return nil
}

// contested are the rows of a period that somebody contests and nobody has decided on.
func contested(c config.Config, p kpi.Period) ([]assess.Dispute, error) {
	h, err := decision.Read(decision.Journal(c))
	if err != nil {
		return nil, err
	}
	var open []assess.Dispute
	for _, id := range openDisputes(h, p) {
		d, _ := h.Get(id) // it was just listed
		open = append(open, assess.Dispute{KPI: d.Payload["kpi"], Manager: d.Payload["manager_id"]})
	}
	return open, nil
}

// asCardFault says of a KPI that does not exist that a scorecard names it.
func asCardFault(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Key == "kpi.unknown" {
		return fault.New(fault.Refused, "assess.unknown", f.Args...)
	}
	return err
}

// cardName is the name of a measure that a scorecard has.
func cardName(l text.Lang, door *kpi.Door, id string) (def kpi.Definition, name string) {
	def, err := door.Definition(id)
	if err != nil {
		return def, id // an assessment refuses those
	}
	return def, def.Name(l)
}

// assessNotes says what a reader must know of a line.
func assessNotes(l text.Lang, def kpi.Definition, x assess.Line) []string {
	notes := []string{assessStatus(l, x.Status)}
	if x.Status == assess.LineScored {
		notes = notes[:0]
		if def.IsShare() && x.Shrunk == nil {
			notes = append(notes, l.T("assess.note.not_shrunk"))
		}
		if def.IsShare() && len(def.Adjust) > 0 && x.Adjusted == nil {
			notes = append(notes, l.T("assess.note.not_adjusted"))
		}
		if x.Points.Low == nil {
			notes = append(notes, l.T("assess.note.no_interval"))
		}
	}
	if key := "assess.position." + string(x.Position); text.Has(key) {
		notes = append(notes, l.T(key))
	}
	if x.AdjustmentLines > 0 {
		notes = append(notes, l.T("assess.note.lines", x.AdjustmentLines))
	}
	if x.OpenDisputes > 0 {
		notes = append(notes, l.T("assess.note.disputes", x.OpenDisputes))
	}
	return notes
}

// assessStatus says why a line has no points.
func assessStatus(l text.Lang, status string) string {
	if key := "assess.status." + status; text.Has(key) {
		return l.T(key)
	}
	return kpi.StatusName(l, kpi.Status(status))
}
