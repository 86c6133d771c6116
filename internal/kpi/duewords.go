package kpi

import (
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// ReasonName says why a row does not count, or is nobody's, in words where there are words.
func ReasonName(l text.Lang, code string) string { return l.Name("reason.", code) }

// When says how long there still is: 逾期 3 天, 今天到期, 还有 2 天.
func (x Limit) When(l text.Lang) string {
	switch {
	case x.State == StateWaived:
		return l.T("reason.waived")
	case x.State == StateOverdue && x.Days < 0:
		return l.T("kpi.due.overdue", -x.Days)
	case x.State == StateOverdue:
		return l.T("kpi.due.overdue_today")
	case x.Days == 0:
		return l.T("kpi.due.today")
	}
	return l.T("kpi.due.days", x.Days)
}

// At is when it falls due, to the minute: 2026-11-10 18:00, or the day.
func (x Limit) At() string { return x.Due[:min(len(x.Due), len("2026-10-09 08:30"))] }

// Left is how much is still to be done of an amount; "" where a thing is done or not.
func (o Obligation) Left(l text.Lang, def Definition) string {
	if def.Kind != kindSums || o.State == StateWaived {
		return ""
	}
	return l.T("kpi.due.left", FormatPart(l, def, o.Den-o.Num), FormatPart(l, def, o.Den))
}

// Who names who has to do it, and who stands in: 张伟（请假，王芳代理）.
func (o Obligation) Who(l text.Lang) string {
	doer := Label(l, ByManager, o.DoerID, o.DoerName)
	if o.DoerID == "" && o.UnassignedReason != "" {
		doer = l.T("kpi.due.nobody", doer, ReasonName(l, o.UnassignedReason))
	}
	if !o.OnLeave {
		return doer
	}
	if o.DeputyID == "" {
		return l.T("kpi.due.away", doer)
	}
	return l.T("kpi.due.deputy", doer, Label(l, ByManager, o.DeputyID, o.DeputyName))
}

// Notes says what else is to be known: further limits, another accountable person, who waived it and why.
func (o Obligation) Notes(l text.Lang, name func(kpi string) string) string {
	var notes []string
	for _, x := range o.Also {
		notes = append(notes, l.T("kpi.due.also", name(x.KPI), x.At()))
	}
	if o.DoerID != o.ManagerID {
		notes = append(notes, l.T("kpi.due.accountable", Label(l, ByManager, o.ManagerID, o.ManagerName)))
	}
	if o.WaivedBy != "" {
		notes = append(notes, l.T("kpi.due.waived", o.WaivedBy, o.WaivedUntil))
	}
	if o.WaivedReason != "" {
		notes = append(notes, o.WaivedReason)
	}
	return strings.Join(notes, l.T("kpi.due.join"))
}
