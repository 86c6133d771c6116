package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// simulation is a forced distribution as programs read it, with the sentences that belong to it.
type simulation struct {
	Period     string            `json:"period"`
	Warnings   []string          `json:"warnings"`
	Boundaries []assess.Boundary `json:"boundaries"`
}

// simulateQuota prints where a forced distribution would draw its lines, and whether the people on both sides differ.
func (a *app) simulateQuota(r assess.Report, quotas []assess.Quota, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	l := a.lang()
	s := simulation{Period: r.Period, Boundaries: assess.Simulate(r.Sheets, quotas),
		Warnings: []string{l.T("assess.quota.simulation"), l.T("assess.quota.dismissal"), l.T("assess.approval")}}
	if format == "json" {
		return a.writeJSON(s)
	}
	a.say("assess.quota.simulation")
	a.say("assess.quota.dismissal")
	if format == "csv" {
		return write(a.stdout, quotaCSV(s))
	}
	return write(a.stdout, quotaTable(l, s))
}

// quotasOf reads A=20,B=70,C=10; none is no simulation.
func quotasOf(list []string) ([]assess.Quota, error) {
	var quotas []assess.Quota
	sum := 0.0
	for _, part := range list {
		grade, share, _ := strings.Cut(part, "=")
		percent, err := strconv.ParseFloat(share, 64)
		if err != nil || grade == "" || !(percent > 0 && percent <= 100) {
			return nil, fault.New(fault.Usage, "assess.quota.bad", part)
		}
		quotas = append(quotas, assess.Quota{Grade: grade, Percent: percent})
		sum += percent
	}
	if len(list) > 0 && math.Abs(sum-100) > 1e-9 {
		return nil, fault.New(fault.Usage, "assess.quota.bad", strings.Join(list, ","))
	}
	return quotas, nil
}

func quotaTable(l text.Lang, s simulation) sheet {
	t := sheet{text: 2}
	for _, key := range []string{"scorecard", "boundary", "above", "total", "below", "total", "verdict"} {
		t.head = append(t.head, l.T("assess.quota.head."+key))
	}
	for _, b := range s.Boundaries {
		verdict := "unknown"
		switch {
		case b.Differs != nil && *b.Differs:
			verdict = "differs"
		case b.Differs != nil:
			verdict = "same"
		}
		t.rows = append(t.rows, []string{l.T("rules.name." + b.Scorecard), b.Upper + " | " + b.Lower,
			people.Signature(b.Above.ManagerID, b.Above.ManagerName), kpi.FormatAgainst(l, assess.PointUnit(), b.Above.Total.Value, b.Below.Total.Value),
			people.Signature(b.Below.ManagerID, b.Below.ManagerName), kpi.FormatAgainst(l, assess.PointUnit(), b.Below.Total.Value, b.Above.Total.Value),
			l.T("assess.quota." + verdict)})
	}
	return t
}

func quotaCSV(s simulation) sheet {
	t := sheet{text: 4, head: []string{"period", "scorecard", "upper", "lower", "above", "above_total", "above_low", "above_high", "above_grade",
		"below", "below_total", "below_low", "below_high", "below_grade", "differs"}}
	for _, b := range s.Boundaries {
		row := append([]string{s.Period, b.Scorecard, b.Upper, b.Lower, b.Above.ManagerID}, figureCells(b.Above.Total)...)
		row = append(append(row, b.Above.Grade, b.Below.ManagerID), figureCells(b.Below.Total)...)
		t.rows = append(t.rows, append(row, b.Below.Grade, truth(b.Differs)))
	}
	return t
}
