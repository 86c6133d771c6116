package oracle

import (
	"slices"
	"strconv"
)

// person is who is accountable on a day where a feed names the manager itself. Staff who are no account managers answer for
// no figure: who they are is known where the feed managers is kept.
func (f *Facts) person(id string, on int) party {
	if id == "" {
		return party{"", "no_owner"}
	}
	if left := f.leftOn(id); left != 0 && on > left {
		return party{"", "leaver"}
	}
	if len(f.managers) > 0 && len(f.managers[id]) == 0 && !f.owns(id) {
		return party{"", "not_manager"}
	}
	return party{id, ""}
}

// owns says whether a person is or was the owner of any customer.
func (f *Facts) owns(id string) bool {
	for _, stretches := range f.owners {
		if slices.ContainsFunc(stretches, func(a record) bool { return a["manager_id"] == id }) {
			return true
		}
	}
	return false
}

// qualityRows returns L1 to L4.
func (f *Facts) qualityRows() []Row {
	rows := append(f.mysteryRows(), f.sampleRows()...)
	for _, x := range f.feeds["findings"] {
		if x["due_on"] == "" {
			on := x.day("raised_on")
			p := f.person(x["owner_id"], on)
			rows = append(rows, Row{KPI: "L3", Subject: x["finding_id"], Anchor: on, Manager: p.manager, Reason: p.reason, Excluded: "no_due_day"})
			continue
		}
		// "verified closed by someone else / due; open past due = miss"
		verified := x.day("verified_on")
		ok := verified != 0 && x["verified_by"] != "" && x["owner_id"] != "" && x["verified_by"] != x["owner_id"]
		for _, r := range f.byDay("L3", x["finding_id"], "", x.day("due_on"), verified, ok, "") {
			p := f.person(x["owner_id"], r.Anchor)
			r.Manager, r.Reason = p.manager, p.reason
			rows = append(rows, r)
		}
	}
	for _, b := range f.feeds["breaches"] {
		on := b.day("confirmed_on")
		if int64(on)*day >= f.AsOf || int64(b.day("reported_on"))*day >= f.AsOf {
			continue
		}
		p := f.person(b["manager_id"], on)
		r := Row{KPI: "L4", Subject: b["breach_id"], Anchor: on, Manager: p.manager, Reason: p.reason}
		switch { // "confirmed breaches only"; "never an automatic deduction before the person was heard"
		case on == 0 || b["confirmed_by"] == "":
			r.Excluded = "not_confirmed"
		case b["heard_on"] == "" || b.day("heard_on") > on:
			r.Excluded = "not_heard"
		default:
			r.Num, r.Den = 1, 1
		}
		rows = append(rows, r)
	}
	return rows
}

// sampleRows returns L2 with its agreement and how many were judged by two people.
func (f *Facts) sampleRows() (rows []Row) {
	again := map[string]record{}
	for _, r := range f.feeds["audit_rescores"] {
		again[r["sample_id"]] = r
	}
	for _, s := range f.feeds["audit_samples"] {
		on := s.day("drawn_on")
		if int64(on)*day >= f.AsOf {
			continue
		}
		p := f.person(s["manager_id"], on)
		r := Row{KPI: "L2", Subject: s["sample_id"], Anchor: on, Manager: p.manager, Reason: p.reason, Den: 1, Value: s.int("stratum_size")}
		switch {
		case s.is("targeted"): // "Risk-targeted samples are for coaching and must not enter the estimate"
			r.Excluded, r.Den = "targeted", 0
		case s["passed"] == "":
			r.Excluded, r.Den = "not_scored_yet", 0
		case s["stratum"] == "" || s.int("stratum_size") == 0:
			r.Excluded, r.Den = "stratum_unset", 0
		case s.is("passed"):
			r.Num = 1
		}
		agreed := agreementRow(s, again[s["sample_id"]], r)
		twice := as("L2.second", r)
		twice.Num, twice.Value = 0, 0
		if agreed.Excluded == "" {
			twice.Num = 1
		}
		rows = append(rows, r, agreed, twice)
	}
	return rows
}

// agreementRow returns L2.kappa of a sample: "double-score 10 % for agreement (kappa)": the value is 2 x first verdict + second,
// which stands in the second scorer's own file, else in the sample. One person's two verdicts are no agreement of two.
func agreementRow(s, again record, r Row) Row {
	r = as("L2.kappa", r)
	second := s["second_passed"]
	if again["passed"] != "" {
		second = again["passed"]
	}
	switch {
	case r.Excluded != "":
	case second == "":
		r.Num, r.Den, r.Value, r.Excluded = 0, 0, 0, "no_second_score"
	case again["scorer"] != "" && again["scorer"] == s["scorer"]:
		r.Num, r.Den, r.Value, r.Excluded = 0, 0, 0, "same_scorer"
	default:
		r.Value = 2*truth(s.is("passed")) + truth(second == "1")
		r.Num = truth(s.is("passed") == (second == "1"))
	}
	return r
}

// mysteryRows returns L1: "Σ w·s/Σ w·max over applicable items; N/A items leave both sums; red-line item fails the visit": a
// red-line item that is not fully met leaves the visit no points. What nobody scored was not met nor missed (R13) and leaves both sums; where
// no weights are given all items weigh the same.
func (f *Facts) mysteryRows() []Row {
	failed := map[string]bool{}
	for _, m := range f.feeds["mystery_items"] {
		if m.is("red_line") && m["applicable"] != "0" && m["score"] != "" && m["max"] != "" && m.parts("score") < m.parts("max") {
			failed[m["visit_id"]] = true
		}
	}
	var rows []Row
	for _, m := range f.feeds["mystery_items"] {
		on := m.day("on")
		if int64(on)*day >= f.AsOf {
			continue
		}
		p := f.person(m["manager_id"], on)
		if m["manager_id"] == "" && m["unit_id"] != "" { // "grain outlet/manager": the outlet's
			p.reason = "other_department"
		}
		r := Row{KPI: "L1", Subject: m["visit_id"] + "/" + m["item"], Anchor: on, Manager: p.manager, Reason: p.reason}
		switch {
		case m["applicable"] == "0":
			r.Excluded = "not_applicable"
		case m["max"] == "" || m.parts("max") == 0 || m["score"] == "":
			r.Excluded = "scale_unset"
		case m.parts("score") > m.parts("max"):
			r.Excluded = "out_of_scale"
		}
		keep := func(r Row) {
			rows = append(rows, r, as("L1.shopper", r))
			if m["tag"] == "attitude" { // 4.11
				rows = append(rows, as("L1.attitude", r))
			}
		}
		if r.Excluded != "" {
			keep(r)
			continue
		}
		weight := int64(10000)
		if m["weight"] != "" {
			weight = m.parts("weight")
		}
		if r.Den = weight * m.parts("max") / 10000; !failed[m["visit_id"]] {
			r.Num = weight * m.parts("score") / 10000
		}
		keep(r)
	}
	return rows
}

// disciplineRows returns M1 to M6.
func (f *Facts) disciplineRows() []Row {
	rows := f.trainingRows()
	rows = append(rows, f.profileRows()...)
	rows = append(rows, f.meetingRows()...)
	for _, x := range f.feeds["reports_due"] {
		due, done := x.time("due_at"), x.time("done_at")
		if due > f.AsOf {
			continue
		}
		p := f.person(x["owed_by"], dayOf(due))
		if kind := x["owed_by_kind"]; kind == "unit" || x["kind"] == "hall_slip" || kind == "" && len(f.managers[x["owed_by"]]) == 0 { // "M4's hall slips are charged to the hall"
			p = party{"", "other_department"}
		}
		r := Row{KPI: "M4", Subject: x["report_id"], Anchor: dayOf(due), Manager: p.manager, Reason: p.reason, Den: 1}
		if done != 0 && done <= due {
			r.Num = 1
		}
		rows = append(rows, r)
	}
	for _, c := range f.feeds["calls"] {
		at := c.time("started_at")
		if at >= f.AsOf {
			continue
		}
		p := f.person(c["manager_id"], dayOf(at))
		r := Row{KPI: "M5", Subject: c["call_id"], Customer: c["customer_id"], Anchor: dayOf(at), Manager: p.manager, Reason: p.reason, Den: 1}
		if c["seconds"] == "" {
			r.Den, r.Excluded = 0, "no_duration"
		} else if c.int("seconds") <= int64(f.Rules.param("call_seconds_max")) {
			r.Num = 1
		}
		rows = append(rows, r)
	}
	return append(rows, f.certifiedRows()...)
}

// trainingRows returns M1 and M1.passed: "required courses due in the period completed (and passed first time)".
func (f *Facts) trainingRows() []Row {
	var rows []Row
	for _, x := range f.feeds["trainings"] {
		done := x.day("done_on")
		for _, r := range f.byDay("M1", x["training_id"], "", x.day("due_on"), done, done != 0, "") {
			p := f.person(x["manager_id"], r.Anchor)
			r.Manager, r.Reason = p.manager, p.reason
			rows = append(rows, r)
			r.KPI = "M1.passed"
			switch {
			case r.Num == 1 && x["passed"] == "": // no examination is known
				r.Num, r.Den, r.Excluded = 0, 0, "no_exam"
			case !x.is("passed"):
				r.Num = 0
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// profileRows returns M2 at the end of every month: "Σ filled-and-verified required fields / Σ required".
func (f *Facts) profileRows() []Row {
	var rows []Row
	for _, p := range periods("month", f.historyStart(), dayOf(f.AsOf)) {
		d := p.end - 1
		for _, x := range f.feeds["profile_fields"] {
			c, ok := f.customers[x["customer_id"]]
			if !ok || !f.isCustomer(c, d) || f.zeroChurned(x["customer_id"], d) {
				continue
			}
			who := f.ownerOn(x["customer_id"], d)
			r := Row{
				KPI: "M2", Subject: x["customer_id"] + "/" + x["field"], Kind: "month", Customer: x["customer_id"], Anchor: d,
				Manager: who.manager, Reason: who.reason, Den: 1,
			}
			v := x.day("verified_on")
			if v > d { // the list is of today: what it said before is not known
				r.Den, r.Excluded = 0, "not_known_then"
			} else if !f.Rules.has("profile_fresh_days") { // 3.7: also what no number of days would make fresh: else only misses would count
				r.Den, r.Excluded = 0, "rule_unset"
			} else if x.is("filled") && v != 0 && d-v <= f.Rules.param("profile_fresh_days") {
				r.Num = 1
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// meetingRows returns M3: "sessions attended on time / sessions due, excl. approved leave, field visits approved beforehand, holidays".
func (f *Facts) meetingRows() []Row {
	var rows []Row
	for _, m := range f.feeds["meetings"] {
		at := m.time("at")
		if at >= f.AsOf {
			continue
		}
		p := f.person(m["manager_id"], dayOf(at))
		r := Row{KPI: "M3", Subject: m["meeting_id"], Anchor: dayOf(at), Manager: p.manager, Reason: p.reason}
		switch {
		case m.is("leave") || f.onLeave(m["manager_id"], dayOf(at)):
			r.Excluded = "on_leave"
		case !isWorkday(dayOf(at)):
			r.Excluded = "holiday"
		case f.visiting(m["manager_id"], at):
			r.Excluded = "on_visit"
		default:
			r.Den = 1
			if came := m.time("attended_at"); came != 0 && came <= at {
				r.Num = 1
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// onLeave reports whether an approved leave covers a day.
func (f *Facts) onLeave(manager string, d int) bool {
	for _, l := range f.feeds["leaves"] {
		if l["manager_id"] == manager && l["approved_by"] != "" && l.day("from") <= d && d <= l.day("to") {
			return true
		}
	}
	return false
}

// visiting reports whether the manager was at an instant on a visit that had been planned for that day.
func (f *Facts) visiting(manager string, at int64) bool {
	for _, v := range f.feeds["visits"] {
		if v["manager_id"] == manager && v["planned_on"] != "" && v.day("planned_on") == dayOf(at) && v.time("started_at") <= at && at < v.time("ended_at") {
			return true
		}
	}
	return false
}

// certifiedRows returns M6 by customer and month: "owner-days of key customers held by a certified manager / owner-days". Days without an
// owner are nobody's (edge 38: "customer with no manager for part of the period -> row so sums reconcile").
func (f *Facts) certifiedRows() []Row {
	var rows []Row
	for _, p := range periods("month", f.historyStart(), dayOf(f.AsOf)+31) {
		for _, c := range f.feeds["customers"] {
			id := c["customer_id"]
			sums := map[party]Row{}
			for d := p.start; d < min(p.end, dayOf(f.AsOf)); d++ { // of the current month the days gone by
				who := f.ownerOn(id, d)
				if !f.isKey(id, d) || !f.isCustomer(c, d) || f.zeroChurned(id, d) {
					continue
				}
				r := sums[who]
				r.Den++
				if f.certified(who.manager, d) {
					r.Num++
				}
				sums[who] = r
			}
			for who, r := range sums {
				r.KPI, r.Subject, r.Anchor, r.Customer = "M6", id+"/"+strconv.Itoa(yearMonth(p.start)), p.start, id
				r.Manager, r.Reason = who.manager, who.reason
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// certified reports whether a manager's certificate holds on a day.
func (f *Facts) certified(manager string, d int) bool {
	until := ""
	for _, m := range f.managers[manager] {
		if m["valid_from"] == "" || m.day("valid_from") <= d {
			until = m["certified_until"]
		}
	}
	return until != "" && until >= date(d).Format("2006-01-02")
}
