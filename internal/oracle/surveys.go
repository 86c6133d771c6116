package oracle

import (
	"slices"
	"strings"
)

// answer is one answered question of a survey.
type answer struct {
	r        record
	id       string
	sent, at int64
	event    int64 // what was asked about: the resolve, else the sending (3.13)
	score    int64
	low      int64
	high     int64
	excluded string
}

// surveyRows returns A1, A2, A3 and A5.
func (f *Facts) surveyRows() []Row {
	var rows []Row
	groups := map[string][]*answer{} // answers that compete: the same customer and case, the same month
	var answers []*answer
	sent := map[string]bool{}
	for _, r := range f.feeds["surveys"] {
		if t := r.time("sent_at"); t >= f.AsOf {
			continue
		}
		if !sent[r["survey_id"]] {
			sent[r["survey_id"]] = true
			rows = append(rows, f.returned(r))
		}
		if a := f.answered(r); a != nil {
			answers = append(answers, a)
			if a.excluded == "" {
				groups[a.group()] = append(groups[a.group()], a)
			}
		}
	}
	for _, g := range groups {
		f.supersede(g)
	}
	for _, a := range answers {
		rows = append(rows, f.answerRows(a)...)
		rows = append(rows, f.recoveryRow(a)...)
	}
	return rows
}

// resolvedBefore returns the last resolve of a case before t.
func (f *Facts) resolvedBefore(id string, t int64) int64 {
	at := int64(0)
	c, ok := f.cases[id]
	if !ok {
		return 0
	}
	for _, e := range f.history(c) {
		if e["type"] == "resolve" && e.time("at") <= t {
			at = e.time("at")
		}
	}
	return at
}

// eventOf returns what a survey is about. R10: "survey -> owner at the resolved instant, snapshotted when the survey is
// sent"; 3.13: a relationship survey: "owner at sent_at".
func (f *Facts) eventOf(r record) int64 {
	at := r.time("sent_at")
	if r["case_id"] != "" {
		if resolved := f.resolvedBefore(r["case_id"], at); resolved != 0 {
			return resolved
		}
	}
	return at
}

func (f *Facts) answered(r record) *answer {
	at := r.time("answered_at")
	if at == 0 || at >= f.AsOf {
		return nil
	}
	a := &answer{
		r: r, id: r["survey_id"], sent: r.time("sent_at"), at: at, event: f.eventOf(r),
		score: r.int("score"), low: r.int("scale_min"), high: r.int("scale_max"),
	}
	if r["question"] != "" {
		a.id += "/" + r["question"]
	}
	if r.is("reversed") { // 3.4: "reversed scales are mirrored first (min + max - raw)"
		a.score = a.low + a.high - a.score
	}
	switch {
	case r.is("voided"):
		a.excluded = "voided"
	case r.is("staff"):
		a.excluded = "staff"
	case r["score"] == "":
		a.excluded = "scale_unset"
	case dayOf(at) > dayOf(a.event)+f.Rules.param("survey_valid_days"): // "answered > 30 days after the event"
		a.excluded = "late_answer"
	}
	return a
}

// group names the answers of which one counts: the same customer, case, metric and question; of relationship surveys
// the same customer and month ("the customer's last answer of the month counts", 1.6a).
func (a *answer) group() string {
	key := []string{a.r["customer_id"], a.r["metric"], a.r["question"]}
	switch {
	case a.r["case_id"] != "":
		return strings.Join(append(key, "case", a.r["case_id"]), "|")
	case a.r["kind"] == "relationship":
		return strings.Join(append(key, "month", date(dayOf(a.at)).Format("2006-01"), a.r["contact_id"]), "|")
	}
	return strings.Join(append(key, a.id), "|")
}

// supersede leaves one answer of a group. A1: "last value within 72 h, later changes logged only".
func (f *Facts) supersede(g []*answer) {
	slices.SortFunc(g, func(a, b *answer) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return strings.Compare(a.id, b.id)
	})
	window := int64(f.Rules.param("survey_edit_hours")) * 3600
	keep := g[0]
	for _, a := range g[1:] {
		if a.r["case_id"] == "" || a.at-g[0].at <= window {
			keep = a
		}
	}
	for _, a := range g {
		if a != keep {
			a.excluded = "superseded_answer"
		}
	}
}

// surveyRow fills in what the rows of a survey share.
func (f *Facts) surveyRow(kpi, id string, r record, event, anchor int64) Row {
	p := f.ownerOn(r["customer_id"], dayOf(event))
	// "survey about a case of another department -> excluded from the manager, kept for the company"
	if c, ok := f.cases[r["case_id"]]; ok && c["department"] != "" && p.manager != "" {
		p = party{"", "other_department"}
	}
	return Row{KPI: kpi, Subject: id, Anchor: dayOf(anchor), Customer: r["customer_id"], Manager: p.manager, Reason: p.reason}
}

// answerRows returns A1 and A2 of a satisfaction answer, A3 of a recommendation, A4 of one about effort.
func (f *Facts) answerRows(a *answer) []Row {
	row := func(kpi string, num, den int64) Row {
		r := f.surveyRow(kpi, a.id, a.r, a.event, a.at)
		if r.Excluded = a.excluded; r.Excluded == "" {
			r.Num, r.Den = num, den
		}
		return r
	}
	switch a.r["metric"] {
	case "csat":
		num := int64(0)
		if 5*a.score >= 4*a.high { // 3.4: raw >= 0.8 x max
			num = 1
		}
		rows := []Row{row("A1", num, 1), row("A2", (a.score-a.low)*12600/(a.high-a.low), 12600)}
		if a.r["question"] == "attitude" { // 4.11: "survey and mystery-visit items tagged attitude"
			rows = append(rows, row("A1.attitude", num, 1))
		}
		return rows
	case "index":
		return []Row{row("A2", (a.score-a.low)*12600/(a.high-a.low), 12600)}
	case "ces": // A4: "mean of the 1-7 agreement item (also % 5-7)"
		num := int64(0)
		if a.score >= 5 {
			num = 1
		}
		return []Row{row("A4", a.score, 1), row("A4.easy", num, 1)}
	case "nps":
		num := int64(0)
		switch {
		case a.score >= 9:
			num = 1
		case a.score <= 6:
			num = -1
		}
		return []Row{row("A3", num, 1)}
	}
	return nil
}

// returned returns A5: "N answered (any) within 30 days; D delivered surveys sent in the period".
func (f *Facts) returned(r record) Row {
	row := f.surveyRow("A5", r["survey_id"], r, f.eventOf(r), r.time("sent_at"))
	if d := r["delivery"]; d != "" && d != "delivered" {
		row.Excluded = "not_delivered"
		if d == "opted_out" || d == "capped" {
			row.Excluded = d
		}
		return row
	}
	var questions []record // of one questionnaire: "N answered (any)"
	for _, q := range f.feeds["surveys"] {
		if q["survey_id"] == r["survey_id"] {
			questions = append(questions, q)
		}
	}
	for _, reason := range []string{"voided", "staff"} { // "always excluded: voided, staff"
		if slices.ContainsFunc(questions, func(q record) bool { return q.is(reason) }) {
			row.Excluded = reason
			return row
		}
	}
	row.Den = 1
	for _, q := range questions {
		at := q.time("answered_at")
		if at != 0 && at < f.AsOf && dayOf(at) <= dayOf(q.time("sent_at"))+f.Rules.param("survey_response_days") {
			row.Num = 1
		}
	}
	return row
}
