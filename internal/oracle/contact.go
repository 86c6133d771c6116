package oracle

import (
	"slices"
	"strings"
)

// kinds are the period kinds of rows that are made for every kind of period by itself (1.2, R17).
func kinds() []string { return []string{"month", "quarter", "half", "year"} }

// visitedRows returns F2 and F7. R17: one customer per period, own rows per kind of period, by exposure where it had more owners
// than one. F2: "customers with >=1 valid visit in the window / customers with r>0"; F7: "customers whose decision maker
// and using department were both reached in the window". The windows are those that end in the period.
func (f *Facts) visitedRows() []Row {
	var rows []Row
	valid := f.validVisitsByRole()
	for _, c := range f.feeds["customers"] {
		windows := f.dutyWindows(c)
		for _, kind := range kinds() {
			for _, p := range periods(kind, f.firstDay(), dayOf(f.AsOf)) {
				var in []period
				for _, w := range windows {
					if w.end > p.start && w.end <= p.end {
						in = append(in, w)
					}
				}
				if len(in) == 0 {
					continue
				}
				any, both := reached(valid[c["customer_id"]], in)
				for who, days := range f.ownerDays(c, p) {
					for kpi, ok := range map[string]bool{"F2": any, "F7": both} {
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

// validVisitsByRole returns the valid visits of every customer (F3's conditions as in F1), each for itself.
func (f *Facts) validVisitsByRole() map[string][]met {
	all := map[string][]met{}
	overlaps := f.overlapping()
	for _, v := range f.feeds["visits"] {
		if f.countsForDuty(v) && !overlaps[v["visit_id"]] {
			all[v["customer_id"]] = append(all[v["customer_id"]], met{dayOf(v.time("started_at")), v["contact_role"]})
		}
	}
	return all
}

// reached reports whether there was a visit in the windows, and whether both roles were met.
func reached(visits []met, in []period) (any, both bool) {
	roles := map[string]bool{}
	for _, v := range visits {
		if slices.ContainsFunc(in, func(w period) bool { return w.start <= v.on && v.on < w.end }) {
			any, roles[v.role] = true, true
		}
	}
	return any, roles["decision_maker"] && roles["user_dept"]
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
// duration >= threshold, not overlapping another visit of the same manager, reviewed sample not rejected". It is about
// whoever visited.
func (f *Facts) recordedRows() []Row {
	overlaps := f.overlapping()
	var rows []Row
	for _, v := range f.feeds["visits"] {
		at := v.time("started_at")
		if at >= f.AsOf {
			continue
		}
		r := Row{KPI: "F3", Subject: v["visit_id"], Customer: v["customer_id"], Manager: v["manager_id"], Anchor: dayOf(at), Den: 1}
		recorded, ended := v.time("recorded_at"), v.time("ended_at")
		if !f.Rules.has("visit_min_minutes") {
			r.Den, r.Excluded = 0, "rule_unset"
			rows = append(rows, r)
			continue
		}
		least := int64(f.Rules.param("visit_min_minutes")) * 60
		valid := (v.is("checkin") || v["form_ref"] != "") && v["contact_role"] != "" && v["purpose"] != "" && v["outcome"] != "" &&
			recorded != 0 && f.workdayNumber(dayOf(at), dayOf(recorded)) <= 1 && ended != 0 && ended-at >= least &&
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
// assignment start)", of the customers with a duty then.
func (f *Facts) gapRows() []Row {
	valid := f.validVisitsByRole()
	var rows []Row
	for _, p := range periods("month", f.firstDay(), dayOf(f.AsOf)) {
		d := p.end - 1
		for _, c := range f.feeds["customers"] {
			id := c["customer_id"]
			cad, ok := f.Rules.cadence(id, f.tierOn(id, d), d)
			if !ok || cad.Required == 0 || cad.MaxGapDays == 0 || !f.isCustomer(c, d) || f.zeroChurned(id, d) {
				continue
			}
			last := f.assignedSince(id, d)
			visited := 0
			for _, v := range valid[id] {
				if v.on <= d {
					visited = max(visited, v.on)
				}
			}
			if visited != 0 {
				last = visited
			}
			r := Row{KPI: "F4", Subject: id, Customer: id, Anchor: d, Den: 1}
			who := f.ownerOn(id, d)
			r.Manager, r.Reason = who.manager, who.reason
			if last != 0 && d-last > cad.MaxGapDays {
				r.Num = 1
			}
			share := r
			share.KPI = "F4.share"
			rows = append(rows, r, share)
		}
	}
	return rows
}

// assignedSince returns when the assignment of a day began, 0 when there is none.
func (f *Facts) assignedSince(customer string, d int) int {
	for _, a := range f.owners[customer] {
		if a.day("valid_from") <= d && (a["valid_to"] == "" || d <= a.day("valid_to")) {
			return a.day("valid_from")
		}
	}
	return 0
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
		done := dayOf(d.time("done_at"))
		if d["done_at"] == "" {
			done = 0
		}
		owed := f.byDay("F5", d["duty_id"], d["customer_id"], w.end-1, done, done >= w.start, excluded)
		for _, r := range owed {
			owners := map[party]int{}
			for x := w.start; x < w.end; x++ {
				owners[f.ownerOn(d["customer_id"], x)]++
			}
			p := longest(owners)
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
		if i["due_on"] == "" || i.time("raised_at") >= f.AsOf {
			continue
		}
		done, ok := 0, i["closed_at"] != "" && i["told_at"] != ""
		if ok {
			done = dayOf(max(i.time("closed_at"), i.time("told_at")))
		}
		rows = append(rows, f.byDay("F6", i["issue_id"], visits[i["visit_id"]]["customer_id"], i.day("due_on"), done, ok, "")...)
	}
	return rows
}

// plannedRows returns F8: "customers with an approved personal plan for the window / customers with duty", of the list at the start of
// the period, by exposure (R17).
func (f *Facts) plannedRows() []Row {
	var rows []Row
	for _, kind := range kinds() {
		for _, p := range periods(kind, f.firstDay(), dayOf(f.AsOf)) {
			for _, c := range f.feeds["customers"] {
				id := c["customer_id"]
				cad, ok := f.Rules.cadence(id, f.tierOn(id, p.start), p.start)
				if !ok || cad.Required == 0 || !f.isCustomer(c, p.start) || f.zeroChurned(id, p.start) {
					continue
				}
				planned := slices.ContainsFunc(f.feeds["duties"], func(d record) bool {
					return d["customer_id"] == id && d["kind"] == "visit" && d["plan_approved_by"] != "" &&
						d.day("window_start") <= p.start && d.day("window_end") >= p.start
				})
				for who, days := range f.ownerDays(c, p) {
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

// churnRows returns G4 of every month: "lost / at risk", "monthly KPI uses recognised month".
// It is what G1 loses in a month: a member is at risk while active, and no longer active from the recognition on.
func churnRows(retention []Row) []Row {
	var rows []Row
	for _, r := range retention {
		if r.KPI == "G1" && r.Kind == "month" {
			r.KPI = "G4"
			r.Num = r.Den - r.Num
			rows = append(rows, r)
		}
	}
	return rows
}

// saveRows returns H1, H1.revenue, H1.interim, H2, H2.hall and H3.
func (f *Facts) saveRows() []Row {
	requests := slices.Clone(f.feeds["cancel_requests"])
	slices.SortStableFunc(requests, func(a, b record) int {
		if a["at"] != b["at"] {
			return strings.Compare(a["at"], b["at"])
		}
		return strings.Compare(a["request_id"], b["request_id"])
	})
	var rows []Row
	counted := map[string]int64{} // customer -> the request that counts
	for _, r := range requests {
		at := r.time("at")
		if at >= f.AsOf {
			continue
		}
		excluded := ""
		first, seen := counted[r["customer_id"]]
		switch {
		case !f.isKey(r["customer_id"], dayOf(at)):
			excluded = "not_key"
		case slices.Contains([]string{"过户", "测试", "携号转网"}, r["reason"]):
			excluded = "not_a_cancellation"
		case seen && dayOf(at)-dayOf(first) <= saveDays: // "Repeat request by the same customer within 90 d -> one case"
			excluded = "repeat"
		default:
			counted[r["customer_id"]] = at
		}
		rows = append(rows, f.startRows(r, excluded)...)
		rows = append(rows, f.savedRows(r, excluded)...)
	}
	return rows
}

// saveDays: H1: "still active 90 d after request".
const saveDays = 90

// savedRows returns H1, its variants and H3 of one request.
func (f *Facts) savedRows(r record, excluded string) []Row {
	id, at := r["customer_id"], dayOf(r.time("at"))
	due := at + saveDays
	who := f.ownerOn(id, at)
	if r["attempt_at"] != "" && r["manager_id"] != "" { // "Manager changed -> manager who made the attempt"
		who = party{r["manager_id"], ""}
	}
	withdrawn := r["outcome"] == "withdrawn" && r["attempt_at"] == ""
	if withdrawn { // "D and N but flagged 自愿撤回; excluded from the manager's score"
		who = party{"", "not_scored"}
	}
	row := func(kpi string, anchor int, num, den int64) Row {
		x := Row{KPI: kpi, Subject: r["request_id"], Customer: id, Anchor: anchor, Manager: who.manager, Reason: who.reason, Excluded: excluded}
		if excluded == "" {
			x.Num, x.Den = num, den
		}
		return x
	}
	interim := int64(0)
	if r["outcome"] == "saved" || withdrawn {
		interim = 1
	}
	rows := []Row{row("H1.interim", at, interim, 1)}
	if int64(due+1)*day > f.AsOf && excluded == "" {
		return rows
	}
	var base, kept int64
	all, any := true, false
	for _, s := range f.services[id] {
		if s.day("started_on") > at || (s["ended_on"] != "" && s.day("ended_on") < at) || !concerns(r["services"], s["service_id"]) {
			continue
		}
		any = true
		base += s.int("monthly_fen")
		if s["ended_on"] == "" || s.day("ended_on") >= due {
			kept += s.int("monthly_fen")
		} else {
			all = false
		}
	}
	t := date(due)
	if f.revenue[id][t.Year()*100+int(t.Month())] <= 0 { // "still active and billing on day 90"
		all, kept = false, 0
	}
	saved := int64(0)
	if all && any || withdrawn {
		saved = 1
	}
	rows = append(rows, row("H1", due, saved, 1), row("H1.revenue", due, kept, base))
	return append(rows, row("H3", due, saved*(base-r.int("concession_fen")), 0))
}

// concerns reports whether a request is about a service: it names services, or all.
func concerns(named, service string) bool {
	return !strings.Contains(named, "V") || strings.Contains(named, service)
}

// startRows returns H2 and H2.hall: "cancel received -> manager notified (客服/营业厅 duty) and notified -> first contact (manager
// duty): two clocks, two owners".
func (f *Facts) startRows(r record, excluded string) []Row {
	id, at, notified := r["customer_id"], r.time("at"), r.time("notified_at")
	tier := f.tierOn(id, dayOf(at))
	rows := f.timely(owed{
		kpi: "H2.hall", subject: r["request_id"], customer: id, start: at, end: notified, excluded: excluded,
		limit: f.Rules.limit("save_start", "", "", tier, dayOf(at)), who: func() party { return party{"", "not_scored"} },
	})
	if notified == 0 || notified >= f.AsOf {
		return rows
	}
	return append(rows, f.timely(owed{
		kpi: "H2", subject: r["request_id"], customer: id, start: notified, end: r.time("attempt_at"), excluded: excluded,
		limit: f.Rules.limit("save_start", "", "", tier, dayOf(at)),
	})...)
}
