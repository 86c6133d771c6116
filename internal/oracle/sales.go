package oracle

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
	return rows
}

// orderRows returns J1: "recognised monthly revenue activated in the period minus clawback", "credit to owner at signed_on"; and J3.
func (f *Facts) orderRows(o record) []Row {
	var rows []Row
	signed, activated, cancelled := o.day("signed_on"), o.day("activated_on"), o.day("cancelled_on")
	known := func(d int) bool { return d != 0 && int64(d)*day < f.AsOf }
	who := f.ownerOn(o["customer_id"], signed)
	row := func(suffix string, anchor int, fen int64) {
		r := Row{KPI: "J1", Subject: o["order_id"] + suffix, Customer: o["customer_id"], Anchor: anchor, Manager: who.manager, Reason: who.reason}
		if r.Num = fen; o.is("is_migration") { // "existing-base migration is not new business"
			r.Num, r.Excluded = 0, "migration"
		}
		rows = append(rows, r)
	}
	if known(activated) {
		row("", activated, o.int("monthly_fen"))
		if known(cancelled) && cancelled >= activated && cancelled-activated <= f.Rules.or("clawback_days", 90) && !o.is("is_migration") {
			row("/clawback", cancelled, -o.int("monthly_fen"))
		}
	}
	if o.is("green_channel") && int64(signed)*day < f.AsOf {
		rows = append(rows, f.greenRow(o)...)
	}
	return rows
}

// greenRow returns J3: "provisioned in limit / due": the date that was agreed, else the limit.
func (f *Facts) greenRow(o record) []Row {
	signed, activated, cancelled := o.day("signed_on"), o.day("activated_on"), o.day("cancelled_on")
	if o["due_on"] != "" {
		due := o.day("due_on")
		excluded := ""
		if cancelled != 0 && cancelled <= due && (activated == 0 || cancelled < activated) {
			excluded = "cancelled"
		}
		return f.byDay("J3", o["order_id"], o["customer_id"], due, activated, activated != 0, excluded)
	}
	return f.timely(owed{
		kpi: "J3", subject: o["order_id"], customer: o["customer_id"], start: int64(signed) * day, end: int64(activated) * day,
		limit: f.Rules.limit("provisioning", "", "", f.tierOn(o["customer_id"], signed), signed),
	})
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
		return nil
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
