package oracle

import "slices"

// kinds are the period kinds of rows that are made for every kind of period by itself (1.2, R17).
func kinds() []string { return []string{"month", "quarter", "half", "year"} }

// visitedRows returns F2 and F7. R17: one customer per period, own rows per kind of period, "sums where a customer has one owner, else
// exposure". F2: "customers with >=1 valid visit in the window / customers with r>0"; F7: "customers whose decision maker
// and using department were both reached in the window". The windows are those that end in the period.
func (f *Facts) visitedRows() []Row {
	var rows []Row
	valid := f.validVisitsByRole()
	for _, c := range f.feeds["customers"] {
		windows := f.dutyWindows(c)
		for _, kind := range kinds() {
			for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
				var in []period
				for _, w := range windows {
					if w.end > p.start && w.end <= p.end {
						in = append(in, w)
					}
				}
				if len(in) == 0 {
					continue
				}
				some, both := reached(valid[c["customer_id"]], in)
				for who, days := range f.answering(c, p) {
					for kpi, ok := range map[string]bool{"F2": some, "F7": both} {
						r := Row{KPI: kpi, Subject: c["customer_id"], Kind: kind, Anchor: p.start, Customer: c["customer_id"], Manager: who.manager, Reason: who.reason}
						if r.Den = int64(days); ok {
							r.Num = r.Den
						}
						rows = append(rows, r)
					}
				}
			}
		}
	}
	return rows
}

// answering counts the days of a period by who was accountable. Every customer weighs the same (R17: a customer of one owner counts
// as one, and so it does for its owners together): for a day on which it is none who answered on the last day before it on which it was
// one, before it came whoever did first.
func (f *Facts) answering(c record, p period) map[party]int {
	isOne := func(d int) bool { return f.isCustomer(c, d) && !f.zeroChurned(c["customer_id"], d) }
	who := func(d int) party {
		for x := d; x >= f.historyStart(); x-- {
			if isOne(x) {
				return f.ownerOn(c["customer_id"], x)
			}
		}
		for !isOne(d) {
			d++
		}
		return f.ownerOn(c["customer_id"], d)
	}
	days := map[party]int{}
	for d := p.start; d < p.end; d++ {
		days[who(d)]++
	}
	return days
}

// dutyWindows returns the windows in which a customer owed visits (F1).
func (f *Facts) dutyWindows(c record) []period {
	var all []period
	for _, cad := range f.Rules.Cadences {
		for _, w := range windows(cad.WindowMonths, f.firstDay(), dayOf(f.AsOf)) {
			if r, ok := f.dutyRow(c, cad, w, nil); ok && r.Excluded == "" {
				all = append(all, w)
			}
		}
	}
	return all
}

// met is a valid visit: the day and whom.
type met struct {
	on   int
	role string
}

// validVisitsByRole returns the valid visits of every customer (F3's conditions as in F1), each for itself, whoever it was:
// edge 29: "Visit logged for a customer not assigned -> counted for customer".
func (f *Facts) validVisitsByRole() map[string][]met {
	all := map[string][]met{}
	overlaps := f.overlapping()
	for _, v := range f.feeds["visits"] {
		if on := dayOf(v.time("started_at")); f.validVisit(v) && !overlaps[v["visit_id"]] {
			id := f.survivor(v["customer_id"], on)
			all[id] = append(all[id], met{on, v["contact_role"]})
		}
	}
	return all
}

// reached reports whether there was a visit in the windows, and whether both roles were met in one.
func reached(visits []met, in []period) (some, both bool) {
	for _, w := range in {
		roles := map[string]bool{}
		for _, v := range visits {
			if w.start <= v.on && v.on < w.end {
				some, roles[v.role] = true, true
			}
		}
		both = both || roles["decision_maker"] && roles["user_dept"]
	}
	return some, both
}

// contactRows returns F3, F4, F5, F6 and F8.
func (f *Facts) contactRows() []Row {
	rows := f.recordedRows()
	rows = append(rows, f.gapRows()...)
	rows = append(rows, f.touchRows()...)
	rows = append(rows, f.issueRows()...)
	return append(rows, f.plannedRows()...)
}

// recordedRows returns F3: "valid = check-in or signed form, named contact with role, purpose, outcome, recorded_at <= 1 working day,
// duration >= threshold, not overlapping another visit of the same manager, reviewed sample not rejected". It is the owner's, as are
// joint visits ("credited to the owner") and those of deputies (R10); one of somebody not assigned lands in a named bucket (1.18).
func (f *Facts) recordedRows() []Row {
	overlaps := f.overlapping()
	var rows []Row
	for _, v := range f.feeds["visits"] {
		at := v.time("started_at")
		if at >= f.AsOf {
			continue
		}
		p := f.ownerOn(v["customer_id"], dayOf(at))
		if p.manager != "" && !f.assigned(v) {
			p = party{"", "not_assigned"}
		}
		r := Row{KPI: "F3", Subject: v["visit_id"], Customer: v["customer_id"], Manager: p.manager, Reason: p.reason, Anchor: dayOf(at), Den: 1}
		recorded, ended := v.time("recorded_at"), v.time("ended_at")
		switch {
		case v["mode"] == "phone": // "phone in place of a visit only if the rule says so"
			r.Excluded = "phone"
		case !f.Rules.has("visit_min_minutes") || !f.Rules.has("visit_record_working_days"):
			r.Excluded = "rule_unset"
		}
		if r.Excluded != "" {
			r.Den = 0
			rows = append(rows, r)
			continue
		}
		least := int64(f.Rules.param("visit_min_minutes")) * 60
		valid := (v.is("checkin") || v["form_ref"] != "") && v["contact_role"] != "" && v["purpose"] != "" && v["outcome"] != "" &&
			recorded != 0 && f.workdayNumber(dayOf(at), dayOf(recorded)) <= f.Rules.param("visit_record_working_days") && ended != 0 && ended-at >= least &&
			!overlaps[v["visit_id"]] && v["reviewed"] != "rejected"
		if valid {
			r.Num = 1
		}
		rows = append(rows, r)
	}
	return rows
}

// workdayNumber is the day number of b less that of a; a day off has the number of the next working day (3.2).
func (f *Facts) workdayNumber(a, b int) int {
	n := workdays(a, b)
	if b > a && !isWorkday(b) {
		n++
	}
	return n
}

// gapRows returns F4 and F4.share at the end of every month: "gap since last valid visit > max gap for tier (never visited: gap from
// assignment start)", of the customers with a duty then. Who was assigned before it came (or came back) is waited for from then on; who is
// assigned to nobody, too.
func (f *Facts) gapRows() []Row {
	valid := f.validVisitsByRole()
	var rows []Row
	for _, p := range periods("month", f.historyStart(), dayOf(f.AsOf)) {
		d := p.end - 1
		for _, c := range f.feeds["customers"] {
			id := c["customer_id"]
			cad, ok := f.Rules.cadence(id, f.tierOn(id, d), d)
			if ok && cad.Required == 0 || !ok && f.tierOn(id, d) == 0 || !f.isCustomer(c, d) || f.zeroChurned(id, d) {
				continue
			}
			since := f.waitedSince(c, d)
			last := max(since, f.historyStart()-1) // what was before the first visit loaded is not known
			visited := 0
			for _, v := range valid[id] {
				if v.on <= d {
					visited = max(visited, v.on)
				}
			}
			if visited != 0 {
				last = visited
			}
			r := Row{KPI: "F4", Subject: id, Kind: "month", Customer: id, Anchor: d, Den: 1}
			who := f.ownerOn(id, d)
			r.Manager, r.Reason = who.manager, who.reason
			switch {
			case cad.MaxGapDays == 0:
				r.Den, r.Excluded = 0, "rule_unset"
			case f.waived(id, period{"", d, d + 1}):
				r.Den, r.Excluded = 0, "waived"
			case d-last > cad.MaxGapDays:
				r.Num = 1
			case visited == 0 && since < f.historyStart():
				r.Den, r.Excluded = 0, "no_history"
			}
			share := r
			share.KPI = "F4.share"
			rows = append(rows, r, share)
		}
	}
	return rows
}

// waitedSince returns since when a customer has been one in a row and, if it has an owner, has had this one.
func (f *Facts) waitedSince(c record, d int) int {
	id := c["customer_id"]
	who := f.ownerOn(id, d)
	for d > 0 && f.isCustomer(c, d-1) && !f.zeroChurned(id, d-1) && (who.manager == "" || f.ownerOn(id, d-1) == who) {
		d--
	}
	return d
}

// touchRows returns F5: "planned call-backs/touches done in their window / planned". The duty belongs to the owner of the longer part
// of the window (3.16).
func (f *Facts) touchRows() []Row {
	var rows []Row
	for _, d := range f.feeds["duties"] {
		if d["kind"] == "visit" {
			continue
		}
		w := period{"", d.day("window_start"), d.day("window_end") + 1}
		excluded := ""
		if d["waived_by"] != "" {
			excluded = "waived"
		}
		if planned := d.time("planned_at"); planned != 0 && dayOf(planned) > w.start { // "plans added later do not enter D"
			excluded = "planned_late"
		}
		done := dayOf(d.time("done_at"))
		if d["done_at"] == "" {
			done = 0
		}
		owed := f.byDay("F5", d["duty_id"], d["customer_id"], w.end-1, done, done >= w.start, excluded)
		for _, r := range owed {
			var owners []party
			for x := w.start; x < w.end; x++ {
				owners = append(owners, f.ownerOn(d["customer_id"], x))
			}
			p := f.dutyOwner(owners, w)
			if len(owners) == 0 {
				p = f.ownerOn(d["customer_id"], w.end-1)
			}
			r.Manager, r.Reason = p.manager, p.reason
			rows = append(rows, r)
		}
	}
	return rows
}

// issueRows returns F6: "issues raised on visits with deadline in period that were closed and reported back / due".
func (f *Facts) issueRows() []Row {
	visits := map[string]record{}
	for _, v := range f.feeds["visits"] {
		visits[v["visit_id"]] = v
	}
	var rows []Row
	for _, i := range f.feeds["visit_issues"] {
		if i.time("raised_at") >= f.AsOf {
			continue
		}
		due := i.day("due_on")
		if due == 0 {
			if !f.Rules.has("visit_issue_days") {
				on := dayOf(i.time("raised_at"))
				rows = append(rows, f.byDay("F6", i["issue_id"], visits[i["visit_id"]]["customer_id"], on, 0, false, "rule_unset")...)
				continue
			}
			due = dayOf(i.time("raised_at")) + f.Rules.param("visit_issue_days")
		}
		done, ok := 0, i["closed_at"] != "" && i["told_at"] != ""
		if ok {
			done = dayOf(max(i.time("closed_at"), i.time("told_at")))
		}
		rows = append(rows, f.byDay("F6", i["issue_id"], visits[i["visit_id"]]["customer_id"], due, done, ok, "")...)
	}
	return rows
}

// windowOf is the calendar-aligned window of so many months that holds a day.
func windowOf(months, d int) period {
	t := date(d)
	first := (int(t.Month())-1)/months*months + 1
	return period{"", dayNumber(t.Year(), first, 1), dayNumber(t.Year(), first+months, 1)}
}

// plannedRows returns F8: "customers with an approved personal plan for the window / customers with duty", of the list at the start of
// the period, by exposure (R17).
func (f *Facts) plannedRows() []Row {
	var rows []Row
	for _, kind := range kinds() {
		for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
			for _, c := range f.feeds["customers"] {
				id := c["customer_id"]
				cad, ok := f.Rules.cadence(id, f.tierOn(id, p.start), p.start)
				if !ok || cad.Required == 0 || f.waived(id, period{"", p.start, p.start + 1}) || !f.isCustomer(c, p.start) || f.zeroChurned(id, p.start) {
					continue
				}
				w := windowOf(cad.WindowMonths, p.start)
				planned := slices.ContainsFunc(f.feeds["duties"], func(d record) bool {
					return d["customer_id"] == id && d["kind"] == "visit" && d["plan_approved_by"] != "" && d["waived_by"] == "" && dayOf(d.time("planned_at")) <= p.start &&
						d.day("window_start") < w.end && d.day("window_end") >= w.start
				})
				for who, days := range f.answering(c, p) {
					r := Row{KPI: "F8", Subject: id, Kind: kind, Anchor: p.start, Customer: id, Manager: who.manager, Reason: who.reason}
					if r.Den = int64(days); planned {
						r.Num = r.Den
					}
					rows = append(rows, r)
				}
			}
		}
	}
	return rows
}
