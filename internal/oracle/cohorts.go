package oracle

import "slices"

// exposureRows returns the denominators of D1: the days of each customer and month by who was accountable.
func (f *Facts) exposureRows() []Row {
	var rows []Row
	for _, m := range periods("month", f.historyStart(), dayOf(f.AsOf)+31) {
		m.end = min(m.end, dayOf(f.AsOf)) // of the current month the days gone by
		for _, c := range f.feeds["customers"] {
			for p, days := range f.ownerDays(c, m) {
				rows = append(rows, Row{
					KPI: "D1", Subject: "exposure", Anchor: m.start, Customer: c["customer_id"],
					Manager: p.manager, Reason: p.reason, Den: int64(days),
				})
			}
		}
	}
	return rows
}

// ownerDays counts the days of a period on which the customer is one, by who was accountable.
func (f *Facts) ownerDays(c record, p period) map[party]int {
	days := map[party]int{}
	for d := p.start; d < p.end; d++ {
		if f.isCustomer(c, d) && !f.zeroChurned(c["customer_id"], d) {
			days[f.ownerOn(c["customer_id"], d)]++
		}
	}
	return days
}

// historyStart is the first day of the first account month.
func (f *Facts) historyStart() int { return dayNumber(f.months[0]/100, f.months[0]%100, 1) }

// hasService reports whether a service runs on day d. Both its first and its last day are days on which it runs, so what
// starts on the first of a month is in that month's opening list, and a cancellation dated the first of a month is
// that month's.
func (f *Facts) hasService(customer string, d int) bool {
	return slices.ContainsFunc(f.services[customer], func(s record) bool {
		return s.day("started_on") <= d && (s["ended_on"] == "" || s.day("ended_on") >= d)
	})
}

// zeroChurned reports whether the zero-revenue rule has recognised the customer as lost by day d: the last
// churn_zero_months closed account months were billed nothing recurring, and one before was billed (G4).
func (f *Facts) zeroChurned(customer string, d int) bool {
	n := f.Rules.param("churn_zero_months")
	m := firstOfMonth(d).AddDate(0, -1, 0)
	for range n {
		ym := m.Year()*100 + int(m.Month())
		if ym < f.months[0] || f.revenue[customer][ym] > 0 {
			return false
		}
		m = m.AddDate(0, -1, 0)
	}
	for ym, fen := range f.revenue[customer] {
		if fen > 0 && ym <= m.Year()*100+int(m.Month()) {
			return true
		}
	}
	return false
}

// active: "at least one service not cancelled AND not churned by the zero-revenue rule" (G1), as the day begins.
func (f *Facts) active(customer string, d int) bool {
	return f.hasService(customer, d) && !f.zeroChurned(customer, d)
}

// activeAll reports whether the customer was active throughout a period.
func (f *Facts) activeAll(customer string, p period) bool {
	for d := p.start + 1; d <= p.end; d++ {
		if !f.active(customer, d) {
			return false
		}
	}
	return true
}

// retained reports whether a cohort member is still there at the end. "Customer merged into another -> counts as
// retained if the survivor is active".
func (f *Facts) retained(c record, end int) bool {
	if into := c["merged_into"]; into != "" && dayOf(c.time("merged_at")) <= end {
		return f.active(into, end)
	}
	return f.active(c["customer_id"], end)
}

// retentionRows returns G1, G2 and G3 of every month, quarter, half and year within the history.
func (f *Facts) retentionRows() []Row {
	var rows []Row
	for _, kind := range []string{"month", "quarter", "half", "year"} {
		for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
			for _, c := range f.feeds["customers"] {
				rows = append(rows, f.memberRows(c, p)...)
			}
		}
	}
	return rows
}

// memberRows returns the rows of one member of the list frozen at the start of a period.
func (f *Facts) memberRows(c record, p period) []Row {
	id := c["customer_id"]
	excluded, ok := f.listed(c, p)
	if !ok {
		return nil
	}
	var rows []Row
	family, merged := f.carried(id, p)
	window := f.Rules.param("retention_base_months")
	if p.kind == "year" { // "annual 拍照 uses the preceding year"
		window = 12
	}
	base := f.billed(family, p.start, window)
	now := max(f.billed(family, p.end, window), 0)
	covered := f.monthsBefore(p.start) >= window
	kept := int64(0)
	if f.retained(c, p.end) {
		kept = 1
	}
	share := f.shares(c, p, kept == 0)
	if kept == 0 { // a loss row of all three
		share = f.protect(c, p, share)
	}
	for who, days := range share {
		row := func(kpi string, num, den int64) Row {
			r := Row{KPI: kpi, Subject: id, Kind: p.kind, Anchor: p.start, Customer: id, Manager: who.manager, Reason: who.reason}
			if r.Excluded = excluded; excluded == "" {
				r.Num, r.Den = num*int64(days), den*int64(days)
			}
			return r
		}
		rows = append(rows, row("G1", kept, 1))
		g2, g3 := row("G2", min(base, now), base), row("G3", now, base)
		if merged && excluded == "" {
			g2.Excluded, g3.Excluded = "merged", "merged"
		}
		if !covered && excluded == "" {
			g2.Excluded, g3.Excluded = "no_history", "no_history"
			g2.Num, g2.Den, g3.Num, g3.Den = 0, 0, 0, 0
		}
		if excluded != "" || !covered || base > 0 { // "negative or zero base -> out of revenue KPIs, stays in G1"
			rows = append(rows, g2, g3)
		}
	}
	return rows
}

// listed reports whether a customer is on the list frozen at the start of a period ("customers active then and assigned then"), and why it
// does not count.
func (f *Facts) listed(c record, p period) (excluded string, ok bool) {
	id := c["customer_id"]
	if !f.active(id, p.start) || (c["merged_into"] != "" && dayOf(c.time("merged_at")) <= p.start) {
		return "", false
	}
	switch {
	case c["status"] == "moved_out" && c.day("ended_on") < p.end:
		return "moved_out", true
	case c["split_from"] != "":
		return "split", true
	case f.ownerOn(id, p.start).manager == "":
		return "unassigned_at_start", true
	}
	return "", true
}

// carried returns the customers whose revenue is in a member's rows: its own and that of those merged into it by the end of the period (R7:
// "history re-keyed to survivor"). A merged member has none (merged): its survivor's rows have it, or where the survivor is not on the list
// those of the first on it, else what the list was billed would be lost.
func (f *Facts) carried(id string, p period) (family []string, merged bool) {
	into := f.survivor(id, p.end-1)
	family = f.family(into, p.end)
	if into == id {
		return family, false
	}
	carrier := ""
	for _, other := range append([]string{into}, slices.Sorted(slices.Values(family))...) {
		if reason, ok := f.listed(f.customers[other], p); ok && reason == "" {
			carrier = other
			break
		}
	}
	return family, carrier != id
}

// shares counts the days of a period by who answers for the member. Of a lost one, the days after the loss on which
// nobody owns it any more are those of whoever owned it on the day of the loss: a loss has somebody who answers for it,
// and rosters end an assignment when the customer goes.
func (f *Facts) shares(c record, p period, lost bool) map[party]int {
	decided, known := 0, false
	if lost {
		decided, known = f.lostOn(c, p.end)
	}
	share := map[party]int{}
	for d := p.start; d < p.end; d++ {
		who := f.ownerOn(c["customer_id"], d)
		if known && d > decided && who == (party{"", "no_owner"}) {
			who = f.ownerOn(c["customer_id"], decided)
		}
		share[who]++
	}
	return share
}

// protect moves the days of a new owner to the previous one where the loss was decided within the transfer protection:
// "transfer protection then moves the new owner's part of a loss row (num < den) decided within 30 days" (1.18).
func (f *Facts) protect(c record, p period, share map[party]int) map[party]int {
	decided, ok := f.lostOn(c, p.end)
	if !ok {
		return share
	}
	from, to, ok := f.protected(c["customer_id"], decided)
	if !ok || share[from] == 0 {
		return share
	}
	share[to] += share[from]
	delete(share, from)
	return share
}

// lostOn returns when a lost customer's loss was decided: the day the last service ended, or the first zero month (G4:
// "event date = first zero month").
func (f *Facts) lostOn(c record, end int) (int, bool) {
	id := c["customer_id"]
	if !f.hasService(id, end) {
		last := 0
		for _, s := range f.services[id] {
			if d := s.day("ended_on"); d < end {
				last = max(last, d)
			}
		}
		return last, last > 0
	}
	if !f.zeroChurned(id, end) {
		return 0, false
	}
	m := firstOfMonth(end)
	for f.revenue[id][m.AddDate(0, -1, 0).Year()*100+int(m.AddDate(0, -1, 0).Month())] <= 0 {
		m = m.AddDate(0, -1, 0)
	}
	return int(m.Unix() / day), true
}

// billed adds up the recurring revenue of some months before a day.
func (f *Facts) billed(family []string, d, months int) int64 {
	var fen int64
	m := firstOfMonth(d)
	for range months {
		m = m.AddDate(0, -1, 0)
		for _, customer := range family {
			fen += f.revenue[customer][m.Year()*100+int(m.Month())]
		}
	}
	return fen
}

// family is a customer with those merged into it before a day (R7: "history re-keyed to survivor through merged_into as
// of merged_at").
func (f *Facts) family(customer string, end int) []string {
	all := []string{customer}
	for _, c := range f.feeds["customers"] {
		if c["merged_into"] == customer && dayOf(c.time("merged_at")) < end {
			all = append(all, c["customer_id"])
		}
	}
	return all
}

// monthsBefore counts the account months of the history before a day.
func (f *Facts) monthsBefore(d int) int {
	return len(periods("month", f.historyStart(), d))
}

// tierRows returns K1 and K2 of every quarter within the history.
func (f *Facts) tierRows() []Row {
	var rows []Row
	for _, p := range periods("quarter", f.historyStart(), dayOf(f.AsOf)) {
		for _, c := range f.feeds["customers"] {
			rows = append(rows, f.tierMember(c, p)...)
		}
	}
	return rows
}

func (f *Facts) tierMember(c record, p period) []Row {
	id := c["customer_id"]
	opening := f.tierOn(id, p.start)
	if opening == 0 || !f.active(id, p.start) || (c["merged_into"] != "" && dayOf(c.time("merged_at")) <= p.start) {
		return nil
	}
	closing := f.tierOn(id, p.end-1)
	num := int64(0)
	switch {
	case closing < opening:
		num = 1
	case closing > opening:
		num = -1
	}
	who := f.tierOwner(id, p)
	row := func(kpi string, num int64) Row {
		r := Row{KPI: kpi, Subject: id, Kind: "quarter", Anchor: p.start, Customer: id, Manager: who.manager, Reason: who.reason}
		switch { // 3.1: always excluded: merged/split; K1: "active all quarter"
		case f.mergedIn(c, p):
			r.Excluded = "merged"
			return r
		case f.splitIn(c, p):
			r.Excluded = "split"
			return r
		case !f.activeAll(id, p):
			r.Excluded = "lost"
			return r
		}
		r.Num, r.Den = num, 1
		return r
	}
	if num > 0 && f.ownLine(id, who.manager, p.end-1) {
		num = 0
	}
	rows := []Row{row("K2", num)}
	if opening > 1 { // "not already 一级"
		rows = append(rows, row("K1", max(num, 0)))
	}
	return rows
}

// ownLine reports whether the tier in effect on a day was approved by the manager or somebody the manager reports to.
// K1: "manual override upgrades: counted only if approved by someone other than the manager's line".
func (f *Facts) ownLine(customer, manager string, d int) bool {
	by := ""
	for _, t := range f.tiers[customer] {
		if t["approved_at"] != "" && t.day("effective_from") <= d && dayOf(t.time("approved_at")) <= d {
			by = t["approved_by"]
		}
	}
	for range 10 {
		if manager == "" {
			return false
		}
		if by == manager {
			return true
		}
		versions := f.managers[manager]
		if len(versions) == 0 {
			return false
		}
		manager = versions[len(versions)-1]["reports_to"]
	}
	return false
}

// tierOwner: 1.18: "accountable is the owner of the quarter's last day if he held the customer >= 45 days, else the
// longest holder if >= 45, else not_scored".
func (f *Facts) tierOwner(customer string, p period) party {
	held := map[party]int{}
	for d := p.start; d < p.end; d++ {
		held[f.ownerOn(customer, d)]++
	}
	least := f.Rules.param("tier_min_owned_days")
	if last := f.ownerOn(customer, p.end-1); last.manager != "" && held[last] >= least {
		return last
	}
	for who := range held {
		if who.manager == "" {
			delete(held, who)
		}
	}
	if who := longest(held); who.manager != "" && held[who] >= least {
		return who
	}
	return party{"", "not_scored"}
}

// mergedIn reports whether another customer was merged into it within a period, or it into another by the day on which
// the period is closed.
func (f *Facts) mergedIn(c record, p period) bool {
	return slices.ContainsFunc(f.feeds["customers"], func(o record) bool {
		at := dayOf(o.time("merged_at"))
		return o["merged_into"] != "" && at >= p.start &&
			(o["customer_id"] == c["customer_id"] && at <= p.end || o["merged_into"] == c["customer_id"] && at < p.end)
	})
}

// splitIn reports whether the customer was split off, or another off it, within a period.
func (f *Facts) splitIn(c record, p period) bool {
	return slices.ContainsFunc(f.feeds["customers"], func(o record) bool {
		at := o.day("first_active_on")
		return o["split_from"] != "" && at >= p.start && at < p.end &&
			(o["customer_id"] == c["customer_id"] || o["split_from"] == c["customer_id"])
	})
}
