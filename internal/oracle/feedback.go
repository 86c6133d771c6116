package oracle

import "slices"

// dissatisfied: 3.4: "Dissatisfied (A6): raw <= 0.4 x max (1-2 of 5, 1-4 of 10), NPS 0-6".
func (a *answer) dissatisfied() bool {
	if a.r["score"] == "" {
		return false
	}
	switch a.r["metric"] {
	case "csat":
		return 5*a.score <= 2*a.high
	case "nps":
		return a.score <= 6
	}
	return false
}

// recoveryRow returns A6 of a dissatisfied answer: "with a recorded cause, action and customer confirmation inside the limit".
// The customer has confirmed when the call-back about the follow-up case found him satisfied (D3: "reached callback (customer states the
// result)"): that nobody objected (C2) is no confirmation. Always excluded: "unreachable after 3 documented tries". What is owed is
// the owner's of the earlier of deadline and completion (R10), unless the answer is about another department.
func (f *Facts) recoveryRow(a *answer) []Row {
	if !a.dissatisfied() {
		return nil
	}
	end, excluded, tries, reached := int64(0), a.excluded, 0, false
	for i := range f.all {
		s := &f.all[i]
		if s.c["kind"] != "followup" || s.c["survey_id"] != a.r["survey_id"] || !s.followUpCounts() {
			continue
		}
		if at := max(s.standing, s.c.time("callback_at")); s.standing != 0 && s.c["cause"] != "" && s.c["action"] != "" &&
			s.c["callback_result"] == "satisfied" && s.c["callback_at"] != "" && at < f.AsOf && (end == 0 || at < end) {
			end = at
		}
		tries += len(f.moments(s, types("callback_try")))
		reached = reached || len(f.moments(s, types("callback_ok"))) > 0
		if at := s.c.time("callback_at"); s.c["callback_result"] == "unreached" && at < f.AsOf && !reached {
			tries++ // as the wide columns tell it
		}
	}
	if excluded == "" && end == 0 && tries >= 3 && !reached {
		excluded = "unreached"
	}
	on := dayOf(a.at)
	rows := f.timely(owed{
		kpi: "A6", subject: a.id, customer: a.r["customer_id"], start: a.at, end: end, excluded: excluded,
		limit: f.Rules.limit("survey_recovery", "followup", "", f.tierOn(a.r["customer_id"], on), on),
	})
	for i := range rows {
		if p := f.surveyRow("A6", a.id, a.r, a.event, a.at); p.Reason == "other_department" && rows[i].Manager != "" {
			rows[i].Manager, rows[i].Reason = "", p.Reason
		}
	}
	return rows
}

// followUpCounts reports whether a follow-up case is one: managers open them, so that excludes none.
func (s *subject) followUpCounts() bool {
	return s.excluded == "" || s.excluded == "manager_initiated"
}

// feedbackRows returns A8: "accepted projects with a survey or recorded call-back within [X] days / accepted, matured". A call-back
// is a planned one that was done (duties), with the project's customer.
func (f *Facts) feedbackRows() []Row {
	var rows []Row
	for _, p := range f.feeds["projects"] {
		accepted := p.day("accepted_on")
		if accepted == 0 || int64(accepted)*day >= f.AsOf {
			continue
		}
		end := int64(0)
		take := func(at int64) {
			if at != 0 && dayOf(at) >= accepted && (end == 0 || at < end) {
				end = at
			}
		}
		for _, s := range f.feeds["surveys"] {
			if d := s["delivery"]; s["project_id"] == p["project_id"] && (d == "" || d == "delivered") && !s.is("voided") {
				take(s.time("sent_at"))
			}
		}
		for _, d := range f.feeds["duties"] {
			if d["customer_id"] == p["customer_id"] && d["kind"] == "callback" {
				take(d.time("done_at"))
			}
		}
		rows = append(rows, f.timely(owed{
			kpi: "A8", subject: p["project_id"], customer: p["customer_id"], start: int64(accepted) * day, end: end,
			limit: f.Rules.limit("acceptance_feedback", "", "", f.tierOn(p["customer_id"], accepted), accepted),
		})...)
	}
	return rows
}

// noticeRows returns K3: "tier changes whose customer was notified within [X] days / changes effective". A change is in effect from
// its date and not before its approval.
func (f *Facts) noticeRows() []Row {
	var rows []Row
	for customer, tiers := range f.tiers {
		last := ""
		for _, t := range tiers {
			if t["approved_at"] == "" {
				continue
			}
			before := last
			last = t["tier"]
			start := max(t.time("approved_at"), int64(t.day("effective_from"))*day)
			if before == "" || before == t["tier"] || start >= f.AsOf {
				continue
			}
			rows = append(rows, f.timely(owed{
				kpi: "K3", subject: customer + "/" + t["effective_from"], customer: customer, start: start, end: t.time("notified_at"),
				limit: f.Rules.limit("tier_notice", "", "", int(t.int("tier")), dayOf(start)),
			})...)
		}
	}
	return rows
}

// premiumRows returns J5: "customers at tier 1-2 at end minus start": a customer adds one to its owner at the end and takes one
// from its owner at the end of the period before, so that periods add up; nothing where both are the same.
func (f *Facts) premiumRows() []Row {
	var rows []Row
	for _, kind := range []string{"month", "quarter", "half", "year"} {
		for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
			for _, c := range f.feeds["customers"] {
				rows = append(rows, f.premiumMoves(c, p)...)
			}
		}
	}
	return rows
}

// premium reports whether a customer is one of tier 1 or 2 at the end of a day.
func (f *Facts) premium(c record, d int) bool {
	tier := f.tierOn(c["customer_id"], d)
	return (tier == 1 || tier == 2) && f.isCustomer(c, d) && f.active(c["customer_id"], d)
}

// premiumMoves returns the rows of J5 of one customer and period. R7: "history re-keyed to survivor": a customer that was merged into
// another is not lost, and a survivor that takes the place of one of tier 1 or 2 is no gain: a merger moves nothing.
func (f *Facts) premiumMoves(c record, p period) []Row {
	var rows []Row
	id := c["customer_id"]
	then, now := f.premium(c, p.start-1), f.premium(c, p.end-1)
	before, after := f.ownerOn(id, p.start-1), f.ownerOn(id, p.end-1)
	if then && now && before.manager == after.manager {
		return nil
	}
	row := func(who party, num int64, excluded string) {
		r := Row{KPI: "J5", Subject: id, Kind: p.kind, Anchor: p.start, Customer: id, Manager: who.manager, Reason: who.reason, Excluded: excluded}
		if excluded == "" {
			r.Num, r.Den = num, 1
		}
		rows = append(rows, r)
	}
	in := func(o record) bool {
		at := dayOf(o.time("merged_at"))
		return o["merged_into"] != "" && at >= p.start && at < p.end
	}
	if then {
		excluded := ""
		if !now && in(c) {
			excluded = "merged"
		}
		row(before, -1, excluded)
	}
	if now {
		excluded := ""
		if !then && slices.ContainsFunc(f.feeds["customers"], func(o record) bool { return o["merged_into"] == id && in(o) && f.premium(o, p.start-1) }) {
			excluded = "merged"
		}
		row(after, 1, excluded)
	}
	return rows
}

// isKey reports whether a customer is a key account on a day; without the list all are.
func (f *Facts) isKey(customer string, d int) bool {
	if len(f.feeds["key_accounts"]) == 0 {
		return true
	}
	return slices.ContainsFunc(f.feeds["key_accounts"], func(k record) bool {
		return k["customer_id"] == customer && k.day("from") <= d && (k["to"] == "" || d <= k.day("to"))
	})
}
