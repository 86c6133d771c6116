package oracle

import (
	"slices"
	"strings"
)

// churnRows returns G4: "lost / at risk", "monthly KPI uses recognised month".
// It is what G1 loses in a period: a member is at risk while active, and no longer active from the recognition on.
func churnRows(retention []Row) []Row {
	var rows []Row
	for _, r := range retention {
		if r.KPI == "G1" {
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
		case r["reason"] == "过户":
			excluded = "transferred"
		case seen && dayOf(at)-dayOf(first) <= f.Rules.or("save_days", -1): // "Repeat request by the same customer within 90 d -> one case"
			excluded = "repeat_request"
		default:
			counted[r["customer_id"]] = at
		}
		rows = append(rows, f.startRows(r, excluded)...)
		rows = append(rows, f.savedRows(r, excluded)...)
	}
	return rows
}

// savedRows returns H1, its variants and H3 of one request.
func (f *Facts) savedRows(r record, excluded string) []Row {
	id, at := r["customer_id"], dayOf(r.time("at"))
	due := at + f.Rules.or("save_days", 0)
	if excluded == "" && !f.Rules.has("save_days") {
		excluded = "rule_unset"
	}
	who := f.ownerOn(id, at)
	if r["attempt_at"] != "" && r["manager_id"] != "" { // "Manager changed -> manager who made the attempt"
		who = party{r["manager_id"], ""}
	}
	withdrawn := r["outcome"] == "withdrawn" && r["attempt_at"] == ""
	if withdrawn { // "D and N but flagged 自愿撤回; excluded from the manager's score"
		who = party{"", "withdrawn"}
	}
	row := func(kpi string, anchor int, num, den int64) Row {
		x := Row{KPI: kpi, Subject: r["request_id"], Customer: id, Anchor: anchor, Manager: who.manager, Reason: who.reason, Excluded: excluded}
		if excluded == "" {
			x.Num, x.Den = num, den
		}
		return x
	}
	interim := row("H1.interim", at, 0, 1)
	switch {
	case excluded != "":
	case r["outcome"] == "": // "grey until matured": an outcome that is not there yet is none
		interim.Excluded, interim.Den = "undecided", 0
	case r["outcome"] != "lost":
		interim.Num = 1
	}
	rows := []Row{interim}
	if int64(due+1)*day > f.AsOf {
		return rows
	}
	var base, kept int64
	all, some := true, false
	for _, s := range f.services[id] {
		if s.day("started_on") > at || (s["ended_on"] != "" && s.day("ended_on") < at) || !concerns(r["services"], s["service_id"]) {
			continue
		}
		some = true
		base += s.int("monthly_fen")
		if s["ended_on"] == "" || s.day("ended_on") >= due {
			kept += s.int("monthly_fen")
		} else {
			all = false
		}
	}
	// "still active and billing on day 90": in the account month of that day, or while that is not billed yet in the last one.
	if f.revenue[id][min(yearMonth(due), f.months[1])] <= 0 {
		all, kept = false, 0
	}
	saved := int64(0)
	if all && some || withdrawn {
		saved = 1
	}
	rows = append(rows, row("H1", due, saved, 1), row("H1.revenue", due, kept, base))
	return append(rows, row("H3", due, saved*(base-r.int("concession_fen")), 1))
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
		limit: f.Rules.limit("save_notice", "", "", tier, dayOf(at)), who: func() party { return party{"", "hall"} },
	})
	if notified == 0 || notified >= f.AsOf {
		return rows
	}
	return append(rows, f.timely(owed{
		kpi: "H2.manager", subject: r["request_id"], customer: id, start: notified, end: r.time("attempt_at"), excluded: excluded,
		limit: f.Rules.limit("save_start", "", "", tier, dayOf(at)),
	})...)
}
