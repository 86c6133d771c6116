package oracle

// party is who is accountable: a manager, or nobody for a reason.
type party struct{ manager, reason string }

// ownerOn returns who is accountable for a customer on a day. 3.6: "valid_to is the last day inclusive ... Ownership
// changes at 00:00"; edge 15: an owner who has left is nobody; edge 28: after a merger "ownership by survivor".
func (f *Facts) ownerOn(customer string, d int) party {
	if c := f.customers[customer]; c["merged_into"] != "" && d >= dayOf(c.time("merged_at")) {
		return f.ownerOn(c["merged_into"], d)
	}
	for _, a := range f.owners[customer] {
		if a.day("valid_from") <= d && (a["valid_to"] == "" || d <= a.day("valid_to")) {
			if left := f.leftOn(a["manager_id"]); left != 0 && d > left {
				return party{"", "leaver"}
			}
			return party{a["manager_id"], ""}
		}
	}
	return party{"", "no_owner"}
}

// heldBefore returns who answers for arrears of a day: the previous owner when the customer changed hands, be it by a merger, at
// most so many days before (R10: "transfer protection").
func (f *Facts) heldBefore(customer string, d int) party {
	who := f.ownerOn(customer, d)
	if who.manager == "" {
		return who
	}
	from := d
	for from > d-f.Rules.param("transfer_protection_days")-1 && f.ownerOn(customer, from-1) == who {
		from--
	}
	if d-from > f.Rules.param("transfer_protection_days") {
		return who
	}
	for day := from - 1; day > from-1000; day-- {
		before := f.ownerOn(customer, day)
		if before.reason == "no_owner" {
			continue
		}
		if left := f.leftOn(before.manager); before.manager != "" && left != 0 && left < d {
			before = party{"", "leaver"}
		}
		return before
	}
	return who
}

// hiredOn returns the first day of a manager, 0 where it is not known.
func (f *Facts) hiredOn(manager string) int {
	hired := 0
	for _, m := range f.managers[manager] {
		if m["hired_on"] != "" {
			hired = m.day("hired_on")
		}
	}
	return hired
}

func (f *Facts) leftOn(manager string) int {
	left := 0
	for _, m := range f.managers[manager] {
		left = m.day("left_on")
	}
	return left
}

// tierOn returns the approved tier in effect at the end of a day, 0 when there is none. K1: "approved after quarter end
// with backdated effect: next quarter": a tier is in effect from its date, but not before the day of its approval.
func (f *Facts) tierOn(customer string, d int) int {
	tier := 0
	for _, t := range f.tiers[customer] {
		if t["approved_at"] != "" && t.day("effective_from") <= d && dayOf(t.time("approved_at")) <= d {
			tier = int(t.int("tier"))
		}
	}
	return tier
}

// protected returns who answers for a loss decided on a day in place of the owner of that day. R10: "cancellation,
// arrears or tier change decided within 30 days after hand-over stays with the previous owner"; 1.18: "or leaver if gone".
func (f *Facts) protected(customer string, decided int) (from, to party, ok bool) {
	rows := f.owners[customer]
	for i, a := range rows {
		h := a.day("valid_from")
		if i == 0 || h > decided || (a["valid_to"] != "" && a.day("valid_to") < decided) {
			continue
		}
		if decided-h > f.Rules.param("transfer_protection_days") {
			return party{}, party{}, false
		}
		before := party{rows[i-1]["manager_id"], ""}
		if left := f.leftOn(before.manager); left != 0 && left < decided {
			before = party{"", "leaver"}
		}
		return party{a["manager_id"], ""}, before, true
	}
	return party{}, party{}, false
}
