package oracle

import "strings"

// salesRows returns J1 to J4.
func (f *Facts) salesRows() []Row {
	var rows []Row
	for _, o := range f.feeds["orders"] {
		rows = append(rows, f.orderRows(o)...)
	}
	for _, o := range f.feeds["opportunities"] {
		rows = append(rows, f.opportunityRow(o)...)
	}
	projects := map[string]record{}
	for _, p := range f.feeds["projects"] {
		projects[p["project_id"]] = p
		rows = append(rows, f.projectRows(p)...)
	}
	for _, m := range f.feeds["milestones"] {
		due := m.day("due_on")
		if m["changed_due_on"] != "" && m["change_approved_by"] != "" { // "approved change requests move the deadline"
			due = m.day("changed_due_on")
		}
		accepted := m.day("accepted_on")
		rows = append(rows, f.byDay("J4", m["milestone_id"], projects[m["project_id"]]["customer_id"], due, accepted, accepted != 0, "")...)
	}
	return append(rows, f.targetRows()...)
}

// targetRows returns the denominators of J1: the target that a manager has for every month, a day's part of it for each day in
// post (4.9: "Σ over managers (incl. 未分配) = company"), and of the other days nobody's.
func (f *Facts) targetRows() []Row {
	var rows []Row
	for _, t := range f.feeds["targets"] {
		id, ok := strings.CutPrefix(t["scope"], "manager:")
		if !ok || t["kpi"] != "J1.volume" || t["period"] != "*" {
			continue
		}
		for _, m := range periods("month", f.historyStart(), dayOf(f.AsOf)+31) {
			if int64(m.start)*day >= f.AsOf {
				continue
			}
			held, days, reason := int64(0), int64(m.end-m.start), "no_owner"
			for d := m.start; d < m.end; d++ {
				if left := f.leftOn(id); left != 0 && d > left {
					reason = "leaver"
				} else if d >= f.hiredOn(id) {
					held++
				}
			}
			own := (2*t.int("value")*held + days) / (2 * days)
			subject := "target/" + id + "/" + date(m.start).Format("2006-01")
			if held > 0 {
				rows = append(rows, Row{KPI: "J1", Subject: subject, Anchor: m.start, Manager: id, Den: own})
				subject += "/rest"
			}
			if held < days {
				rows = append(rows, Row{KPI: "J1", Subject: subject, Anchor: m.start, Reason: reason, Den: t.int("value") - own})
			}
		}
	}
	return rows
}

// orderRows returns J1: "recognised monthly revenue activated in the period minus clawback", "credit to owner at signed_on"; and J3.
func (f *Facts) orderRows(o record) []Row {
	var rows []Row
	signed, activated, cancelled := o.day("signed_on"), o.day("activated_on"), o.day("cancelled_on")
	who := f.ownerOn(o["customer_id"], signed)
	weight, weighed := f.Rules.weight("new_business", o["product"])
	row := func(suffix string, anchor int, sign int64) {
		r := Row{KPI: "J1", Subject: o["order_id"] + suffix, Customer: o["customer_id"], Anchor: anchor, Manager: who.manager, Reason: who.reason}
		switch {
		case o.is("is_migration"): // "existing-base migration is not new business"
			r.Excluded = "migration"
		case o["monthly_fen"] == "":
			r.Excluded = "no_amount"
		case !weighed || !f.Rules.has("clawback_days"):
			r.Excluded = "rule_unset"
		default:
			r.Num = sign * ((o.int("monthly_fen")*weight + 50) / 100)
		}
		volume := as("J1.volume", r)
		if r.Excluded == "" {
			volume.Den = 1
		}
		rows = append(rows, r, volume)
	}
	if activated != 0 && int64(activated)*day < f.AsOf {
		row("", activated, 1)
		if f.clawedBack(o) {
			row("/clawback", max(cancelled, activated), -1)
		}
	}
	if o.is("green_channel") && int64(signed)*day < f.AsOf {
		rows = append(rows, f.greenRow(o)...)
	}
	return rows
}

// clawedBack: "clawback (cancelled within 90 d)"; also what was cancelled before it was activated.
func (f *Facts) clawedBack(o record) bool {
	activated, cancelled := o.day("activated_on"), o.day("cancelled_on")
	return activated != 0 && int64(activated)*day < f.AsOf && cancelled != 0 && int64(cancelled)*day < f.AsOf &&
		f.Rules.has("clawback_days") && cancelled-activated <= f.Rules.param("clawback_days")
}

// greenRow returns J3: "provisioned in limit / due": the date that was agreed, else the limit.
func (f *Facts) greenRow(o record) []Row {
	signed, activated, cancelled := o.day("signed_on"), o.day("activated_on"), o.day("cancelled_on")
	excluded := ""
	switch { // 3.1: always excluded: "base migration, clawed-back orders"
	case o.is("is_migration"):
		excluded = "migration"
	case f.clawedBack(o):
		excluded = "clawed_back"
	}
	rows := f.timely(owed{
		kpi: "J3", subject: o["order_id"], customer: o["customer_id"], start: int64(signed) * day, end: int64(activated) * day,
		limit: f.Rules.limit("provisioning", "", "", f.tierOn(o["customer_id"], signed), signed), excluded: excluded,
	})
	if o["due_on"] != "" {
		due := o.day("due_on")
		if excluded == "" && activated == 0 && cancelled != 0 && cancelled <= due {
			excluded = "cancelled"
		}
		rows = nil
		if int64(due+1)*day <= f.AsOf {
			rows = f.byDay("J3", o["order_id"], o["customer_id"], due, activated, activated != 0, excluded)
		}
	}
	who := f.ownerOn(o["customer_id"], signed) // as a request's first response (B1) is that of its creation
	for i := range rows {
		rows[i].Manager, rows[i].Reason = who.manager, who.reason
	}
	return rows
}

// opportunityRow returns J2: "won/(won+lost) decided in period; no decision after 180 d = lost".
func (f *Facts) opportunityRow(o record) []Row {
	decided, won := o.day("decided_on"), o["outcome"] == "won"
	open := o["outcome"] != "won" && o["outcome"] != "lost" || decided == 0
	if f.Rules.has("opportunity_open_days") {
		if lapsed := o.day("opened_on") + f.Rules.param("opportunity_open_days"); open || decided > lapsed {
			decided, won = lapsed, false
		}
	} else if open {
		on := o.day("opened_on")
		who := f.ownerOn(o["customer_id"], on)
		return []Row{{KPI: "J2", Subject: o["opportunity_id"], Customer: o["customer_id"], Anchor: on, Manager: who.manager, Reason: who.reason, Excluded: "rule_unset"}}
	}
	if int64(decided)*day >= f.AsOf {
		return nil
	}
	who := f.ownerOn(o["customer_id"], decided)
	r := Row{KPI: "J2", Subject: o["opportunity_id"], Customer: o["customer_id"], Anchor: decided, Manager: who.manager, Reason: who.reason, Den: 1}
	if won {
		r.Num = 1
	}
	return []Row{r}
}

// projectRows returns J4.first and J4.scope: "accepted first time / accepted; scope done / due", anchored at accepted_on.
func (f *Facts) projectRows(p record) []Row {
	on := p.day("accepted_on")
	if on == 0 || int64(on)*day >= f.AsOf {
		return nil
	}
	who := f.ownerOn(p["customer_id"], on)
	first := Row{KPI: "J4.first", Subject: p["project_id"], Customer: p["customer_id"], Anchor: on, Manager: who.manager, Reason: who.reason, Den: 1}
	scope := first
	if p.is("accepted_first_time") {
		first.Num = 1
	}
	scope.KPI, scope.Num, scope.Den = "J4.scope", p.int("scope_done"), p.int("scope_due")
	return []Row{first, scope}
}
