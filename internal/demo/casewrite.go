package demo

import (
	"slices"
	"strconv"

	"github.com/kamlens/kamlens/internal/text"
)

// caseRows writes the cases of a customer with their events, surveys, follow-ups and calls.
func (co *company) caseRows(out *chunk, c *customer) {
	cases := co.casesOf(c)
	r := newRNG(co.Seed, streamSurveys, c.i)
	for k := 0; k < len(cases); k++ {
		cases = append(cases, co.surveyCase(out, r, c, cases[k])...)
	}
	for _, k := range cases {
		if k.created < co.end {
			co.caseRow(out, c, k)
			co.eventRows(out, k)
			co.callRow(out, c, k)
		}
	}
}

// caseRow writes the row of a case into the file of the months it was opened in, and again into every later file in
// whose months something changed.
func (co *company) caseRow(out *chunk, c *customer, k *kase) {
	t, ok := out.co.tables["cases"]
	if !ok {
		return
	}
	home := co.spanOf(k.created)
	if k.late {
		home = co.spanOf(k.created + 40*daySeconds)
		out.plant("late_case", k.id, "")
	}
	changes := k.changes()
	for s := home; s < len(co.spans); s++ {
		changed := func(at civil) bool { return at >= co.spans[s].start && at < co.spans[s].end }
		if s == home || slices.ContainsFunc(changes, changed) {
			co.caseCells(out.rowIn(t, s), c, k, changes, s == home && k.twice)
		}
	}
	co.plantCase(out, k)
}

func (co *company) plantCase(out *chunk, k *kase) {
	switch {
	case k.mergedInto != "" && k.markedAt < co.end:
		out.plant("case_merged", k.id, k.mergedInto)
	case k.dupOf != "" && k.markedAt < co.end:
		out.plant("case_duplicate", k.id, k.dupOf)
	}
	if _, _, reopened := k.asOf(co.end); reopened > 0 {
		out.plant("case_reopened", k.id, "")
	}
	if k.twice {
		out.plant("row_twice", k.id, "cases")
	}
}

// caseCells writes the cells as they were known at the end of the file's months.
func (co *company) caseCells(r *row, c *customer, k *kase, changes []civil, twice bool) {
	known := func(at civil, v string) string {
		if at >= r.cut {
			return ""
		}
		return v
	}
	category := k.category
	if co.Lang == text.ZH {
		category = categoryLabel(category)
	}
	resolved, closed, reopened := k.asOf(r.cut)
	r.s(k.id).s(c.id).code(k.kind).when(k.created).s(category).code(k.severity).s(k.channel).s(k.unit).s(k.department)
	r.code(k.initiated).s(k.receiver).s(co.managerID(k.owner)).when(k.response).due(promisedBy(k, r.cut))
	r.when(k.confirmed).when(k.planned).when(k.reviewed).when(k.agreed).when(resolved)
	if resolved > 0 {
		r.code(k.resolution)
	} else {
		r.none(1)
	}
	r.when(closed).when(k.callback)
	if k.callback > 0 && k.callback < r.cut {
		r.s("S0004").code(k.callbackResult)
	} else {
		r.none(2)
	}
	r.when(reopened).s("CRM" + k.id[1:]).s(known(k.markedAt, k.dupOf)).s(known(k.markedAt, k.mergedInto)).s(known(k.markedAt, k.invalid))
	r.flag(k.test).when(k.recoded)
	if k.recoded > 0 && k.recoded < r.cut {
		r.s("S0005")
	} else {
		r.none(1)
	}
	r.flag(k.regulator).s(k.survey)
	co.outcomeCells(r, k, resolved)
	last := k.created
	for _, at := range changes {
		if at < r.cut {
			last = max(last, at)
		}
	}
	r.when(last)
	if twice {
		r.endTwice()
	} else {
		r.end()
	}
}

// promisedBy returns the promise once it has been given, with the first response.
func promisedBy(k *kase, cut civil) civil {
	if k.response == 0 || k.response >= cut {
		return 0
	}
	return k.promised
}

// outcomeCells writes what was found out, and the columns of faults.
func (co *company) outcomeCells(r *row, k *kase, resolved civil) {
	n := k.number()
	switch {
	case resolved == 0 || k.kind == "request" || k.kind == "consult" || k.kind == "feedback" && n%11 == 0:
		r.none(2)
	case k.kind == "fault" && n%19 == 0: // nobody's fault here
		r.s([]string{"客户设备", "不可抗力", "计划割接"}[n/19%3]).s("更换")
	default:
		r.s([]string{"线路老化", "配置错误", "流程不清", "沟通不足"}[n%4]).s([]string{"更换", "重新配置", "培训", "补充说明"}[n/4%4])
	}
	if k.kind != "fault" {
		r.none(10)
		return
	}
	major := n%29 == 0
	r.raw("L", 6, n/20000*7%1000000+n%5)
	if n%3 == 0 {
		r.when(k.created - civil(n%1700))
	} else {
		r.none(1)
	}
	r.when(k.created)
	restored := resolved
	if restored > k.created+1200 {
		restored -= 600
	}
	r.when(restored)
	if n%17 == 0 {
		r.n(int64(n % 90)).s("S0006")
	} else {
		r.none(2)
	}
	r.code([]string{"urban", "urban", "urban", "rural"}[n%4]).flag(major)
	if major && resolved > 0 {
		filed := co.clock.add(resolved, int64(1+n%5)*workSeconds/2)
		r.when(filed).when(filed + 3600)
	} else {
		r.none(2)
	}
}

// callRow writes the call that answered a case before anything was written.
func (co *company) callRow(out *chunk, c *customer, k *kase) {
	if k.call == 0 || k.call >= co.end {
		return
	}
	n, _ := strconv.Atoi(k.id[1:])
	r := out.row("calls", k.call).s("G" + k.id[1:]).s(c.id).s(co.managerID(k.owner)).when(k.call).n(int64(40 + n%400))
	r.code([]string{"out", "out", "out", "in"}[n%4]).s(k.id).end() // a call that came in answers nothing
}

// eventRows writes the events, each into the file of the months it happened in.
func (co *company) eventRows(out *chunk, k *kase) {
	for _, e := range k.events {
		if e.at >= co.end {
			continue
		}
		kind := "human"
		if e.auto {
			kind = "auto"
		}
		r := out.row("case_events", e.at)
		r.s(k.id).when(e.at).code(e.typ).s(e.actor).code(kind).s(e.unit).s(e.to).flag(!e.silent).s(e.reason)
		if k.twice {
			r.endTwice()
		} else {
			r.end()
		}
	}
}
