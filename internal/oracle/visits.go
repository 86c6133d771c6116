package oracle

import (
	"slices"
	"strconv"
)

// visitRows returns F1: for each customer and window of its own or its tier's cadence, Σ min(valid visits, required) / Σ required.
func (f *Facts) visitRows() []Row {
	valid := f.validVisits()
	var rows []Row
	first := f.firstDay()
	for _, c := range f.feeds["customers"] {
		for _, cad := range f.Rules.Cadences {
			for _, w := range windows(cad.WindowMonths, first, dayOf(f.AsOf)) {
				if r, ok := f.dutyRow(c, cad, w, valid[c["customer_id"]]); ok {
					rows = append(rows, r)
				}
			}
		}
	}
	return rows
}

// firstDay is the first day of the loaded history: that of the first visit's month.
func (f *Facts) firstDay() int {
	first := 0
	for _, v := range f.feeds["visits"] {
		if d := dayOf(v.time("started_at")); first == 0 || d < first {
			first = d
		}
	}
	return int(firstOfMonth(first).Unix() / day)
}

// windows returns the calendar-aligned windows (3.16: "Windows are calendar-aligned (Jan-Feb, ...)") that end by a day.
func windows(months, from, to int) []period {
	kind := map[int]string{1: "month", 3: "quarter", 6: "half", 12: "year"}[months]
	if kind != "" {
		return periods(kind, from, to)
	}
	var all []period
	for _, p := range periods("month", from-200, to) {
		t := date(p.start)
		if months == 2 && int(t.Month())%2 == 0 {
			start := dayNumber(t.Year(), int(t.Month())-1, 1)
			if start >= from {
				all = append(all, period{"two months", start, p.end})
			}
		}
	}
	return all
}

// dutyRow returns the duty of a customer in a window, if the cadence is its own, or it has none and has the cadence's tier
// for the longest part.
func (f *Facts) dutyRow(c record, cad cadenceRule, w period, visits []int) (Row, bool) {
	id := c["customer_id"]
	tiers, owners := map[int]int{}, []party{}
	served := 0
	for d := w.start; d < w.end; d++ {
		if !f.isCustomer(c, d) || f.zeroChurned(id, d) {
			continue
		}
		served++
		tiers[f.tierOn(id, d)]++
		owners = append(owners, f.ownerOn(id, d))
	}
	// "tier changed mid-window -> duty of the tier held longest, never retroactively higher": equally long: the lower.
	best := 0
	for tier := range 5 {
		if n := tiers[tier]; n > 0 && n >= tiers[best] {
			best = tier
		}
	}
	if served == 0 || !cad.inForce(w.start) || cad.Required == 0 {
		return Row{}, false
	}
	own, has := f.Rules.ownCadence(id, w.start)
	if has != (cad.Customer != "") || has && own != cad || !has && best != cad.Tier {
		return Row{}, false
	}
	p := f.dutyOwner(owners, w)
	r := Row{KPI: "F1", Anchor: w.end - 1, Customer: id, Manager: p.manager, Reason: p.reason, Den: int64(cad.Required)}
	r.Subject = id + "/" + date(w.start).Format("2006-01-02") + "/" + strconv.Itoa(cad.WindowMonths)
	if f.waived(id, w) {
		r.Den, r.Excluded = 0, "waived"
		return r, true
	}
	// "customer joined or was handed over with < half of the window left -> no duty for the new owner"
	if 2*served < w.end-w.start {
		r.Den, r.Excluded = 0, "part_window"
		return r, true
	}
	n := 0
	for _, d := range visits {
		if w.start <= d && d < w.end {
			n++
		}
	}
	r.Num = int64(min(n, cad.Required))
	return r, true
}

// dutyOwner returns whose a duty is of the owners of the days of its window, in order. 3.16: "belongs to the owner of the longer part of the
// window; with the new owner's part under half it stays with the old one unless he left (leaver)": of two halves the later.
func (f *Facts) dutyOwner(owners []party, w period) party {
	days := map[party]int{}
	for _, p := range owners {
		days[p]++
	}
	var best party
	for _, p := range owners {
		if days[p] >= days[best] {
			best = p
		}
	}
	if left := f.leftOn(best.manager); left != 0 && left < w.end-1 {
		return party{"", "leaver"}
	}
	return best
}

// longest returns who held the customer for the most days, the one with the smaller id if equal.
func longest(owners map[party]int) party {
	var best party
	n := -1
	for p, days := range owners {
		if days > n || (days == n && (p.manager < best.manager || (p.manager == best.manager && p.reason < best.reason))) {
			best, n = p, days
		}
	}
	return best
}

// isCustomer reports whether the customer is one on a day, the day of the end too.
func (f *Facts) isCustomer(c record, d int) bool {
	if c["first_active_on"] != "" && d < c.day("first_active_on") {
		return false
	}
	if c["merged_into"] != "" && d >= dayOf(c.time("merged_at")) { // from that day on it is the survivor
		return false
	}
	if c["ended_on"] != "" && d > c.day("ended_on") {
		return false
	}
	// G4: "churn event = all services cancelled"; who has never had one is a customer by the list alone.
	had := slices.ContainsFunc(f.services[c["customer_id"]], func(s record) bool { return s.day("started_on") <= d })
	return !had || f.hasService(c["customer_id"], d)
}

func (f *Facts) waived(customer string, w period) bool {
	return slices.ContainsFunc(f.feeds["duties"], func(d record) bool {
		return d["customer_id"] == customer && d["kind"] == "visit" && d["waived_by"] != "" &&
			d.day("window_start") <= w.start && d.day("window_end") >= w.end-1 // the whole window
	})
}

// validVisits returns the days of the visits that count, by customer, visits within five days of each other once.
func (f *Facts) validVisits() map[string][]int {
	all := map[string][]int{}
	overlaps := f.overlapping()
	for _, v := range f.feeds["visits"] {
		if f.countsForDuty(v) && !overlaps[v["visit_id"]] {
			on := dayOf(v.time("started_at"))
			id := f.survivor(v["customer_id"], on)
			all[id] = append(all[id], on)
		}
	}
	gap := f.Rules.param("visit_min_gap_days")
	for c, days := range all {
		slices.Sort(days)
		var kept []int
		for _, d := range days {
			if len(kept) == 0 || d-kept[len(kept)-1] > gap { // "two visits same day or within 5 days -> one"
				kept = append(kept, d)
			}
		}
		all[c] = kept
	}
	return all
}

// countsForDuty: F3's conditions but for the recording ("recorded late valid for F1"), no phone ("phone in place of a visit only if the rule says so"), and
// by somebody assigned (edge 29).
func (f *Facts) countsForDuty(v record) bool {
	return f.assigned(v) && f.validVisit(v)
}

// assigned reports whether the visitor was assigned to the customer on the day, in whatever role, or stood in for its owner (edge 14: "owner
// on leave -> deputy acts").
func (f *Facts) assigned(v record) bool {
	d := dayOf(v.time("started_at"))
	if left := f.leftOn(v["manager_id"]); left != 0 && d > left { // who has left is assigned to nobody
		return false
	}
	id := f.survivor(v["customer_id"], d)
	owner := f.ownerOn(id, d).manager
	return slices.ContainsFunc(f.helpers[id], func(a record) bool {
		return a["manager_id"] == v["manager_id"] && a.day("valid_from") <= d && (a["valid_to"] == "" || d <= a.day("valid_to"))
	}) || owner != "" && slices.ContainsFunc(f.feeds["leaves"], func(l record) bool {
		return l["manager_id"] == owner && l["deputy_id"] == v["manager_id"] && l.day("from") <= d && d <= l.day("to")
	})
}

func (f *Facts) validVisit(v record) bool {
	return v.time("started_at") < f.AsOf && v["mode"] != "phone" && (v.is("checkin") || v["form_ref"] != "") && v["contact_role"] != "" &&
		v["purpose"] != "" && v["outcome"] != "" && v["reviewed"] != "rejected"
}

// overlapping returns the visits during which the same manager was somewhere else too (edge 30). Of one without an end only the beginning
// is known.
func (f *Facts) overlapping() map[string]bool {
	bad := map[string]bool{}
	until := func(v record) int64 {
		if v["ended_at"] == "" {
			return v.time("started_at")
		}
		return v.time("ended_at")
	}
	for _, a := range f.feeds["visits"] {
		for _, b := range f.feeds["visits"] {
			if a["visit_id"] < b["visit_id"] && a["manager_id"] == b["manager_id"] && a["customer_id"] != b["customer_id"] &&
				(a.time("started_at") < until(b) && b.time("started_at") < until(a) || a.time("started_at") == b.time("started_at")) {
				for _, v := range []record{a, b} {
					bad[v["visit_id"]] = bad[v["visit_id"]] || v["reviewed"] != "ok"
				}
			}
		}
	}
	return bad
}
