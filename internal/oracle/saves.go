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
	at := dayOf(r.time("at"))
	due := at + f.Rules.or("save_days", 0)
	who, withdrawn := f.saver(r, at)
	s := f.kept(r, at, due)
	switch {
	case excluded != "":
	case !f.Rules.has("save_days"):
		excluded = "rule_unset"
	case s.services == 0:
		excluded = "no_services"
	}
	row := func(kpi string, anchor int, num, den int64, excluded string) Row {
		x := Row{KPI: kpi, Subject: r["request_id"], Customer: r["customer_id"], Anchor: anchor, Manager: who.manager, Reason: who.reason, Excluded: excluded}
		if excluded == "" {
			x.Num, x.Den = num, den
		}
		return x
	}
	var atOnce, saved int64
	undecided := excluded
	if excluded == "" && r["outcome"] == "" { // "grey until matured": an outcome that is not there yet is none
		undecided = "undecided"
	}
	if r["outcome"] != "lost" {
		atOnce = 1
	}
	rows := []Row{row("H1.interim", at, atOnce, 1, undecided)}
	if int64(due+1)*day > f.AsOf {
		return rows
	}
	if s.all || withdrawn {
		saved = 1
	}
	if withdrawn {
		s.kept = s.base
	}
	rows = append(rows, row("H1", due, saved, 1, excluded))
	if excluded == "" && s.base <= 0 {
		excluded = "no_base"
	}
	return append(rows, row("H1.revenue", due, s.kept, s.base, excluded), row("H3", due, saved*(s.base-r.int("concession_fen")), 1, excluded))
}

// saver returns who answers for a request. "Manager changed -> manager who made the attempt", who must be on the list of managers: else nobody
// is known to have taken it from the owner. Withdrawn with no contact: "D and N but flagged 自愿撤回; excluded from the manager's score".
func (f *Facts) saver(r record, at int) (who party, withdrawn bool) {
	if r["outcome"] == "withdrawn" && r["attempt_at"] == "" {
		return party{"", "withdrawn_early"}, true
	}
	if id := r["manager_id"]; r["attempt_at"] != "" && len(f.managers[id]) > 0 {
		return party{id, ""}, false
	}
	return f.ownerOn(r["customer_id"], at), false
}

// keeping is what became of the services of a request: how many they are, what they cost a month, what the kept ones do, and whether all are.
type keeping struct {
	services   int
	base, kept int64
	all        bool
}

// kept looks at the services that a request names, or else at all that ran on its day. "Still active and billing on day 90": of a merged
// customer the survivor is (R7), in the account month of that day, or while that is not billed yet in the last one.
func (f *Facts) kept(r record, at, due int) keeping {
	id := r["customer_id"]
	now, ym := f.survivor(id, due), min(yearMonth(due), f.months[1])
	standing := f.active(now, due) && (f.revenue[now][ym] > 0 || f.revenue[id][ym] > 0)
	named := slices.ContainsFunc(f.services[id], func(s record) bool { return concerns(r["services"], s["service_id"]) })
	k := keeping{all: true}
	for _, s := range f.services[id] {
		runs := func(d int) bool { return s.day("started_on") <= d && (s["ended_on"] == "" || d <= s.day("ended_on")) }
		if named && !concerns(r["services"], s["service_id"]) || !named && !runs(at) {
			continue
		}
		k.services++
		k.base += s.int("monthly_fen")
		if standing && runs(due) {
			k.kept += s.int("monthly_fen")
		} else {
			k.all = false
		}
	}
	return k
}

// concerns reports whether the text of a request names a service.
func concerns(text, service string) bool {
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t,;，；、/|", r) }), service)
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
