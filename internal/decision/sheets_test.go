package decision_test

import (
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/people"
)

const sheetOfKim = "2026-10 M001"

// reviewed are the columns of a review.
func reviewed() []string {
	return []string{"sheet=ab", "snapshot=s1", "rules=r1", "state=scored", "total=50", "grade=D", "coefficient=80"}
}

// A sheet goes from the review to the signature through three persons: who is assessed, who reviews, who signs; who told may
// do either of the other two, as telling decides nothing.
func TestSheet_signed(t *testing.T) {
	o := newOffice(t)
	at := func(state decision.SheetState, appeal decision.Appeal, version int) {
		t.Helper()
		if r := o.history().Sheet(sheetOfKim); r.State != state || r.Appeal != appeal || r.Version != version {
			t.Errorf("%s %s version %d, want %s %s %d", r.State, r.Appeal, r.Version, state, appeal, version)
		}
	}
	at(decision.SheetComputed, decision.AppealNone, 0)
	o.refused("decision.nothing_open", "max", decision.AssessSign, sheetOfKim)
	o.refused("decision.sheet.subject", "ann", decision.AssessReview, "2026-10", reviewed()...)
	o.refused("decision.sheet.subject", "ann", decision.AssessReview, "M001 2026-10", reviewed()...)
	o.refused("decision.column_missing", "ann", decision.AssessReview, sheetOfKim, "sheet=ab")
	o.refused("people.may_not", "max", decision.AssessReview, sheetOfKim, reviewed()...)
	review := o.must("ann", decision.AssessReview, sheetOfKim, reviewed()...)
	at(decision.SheetReviewed, decision.AppealNone, 0)
	o.refused("decision.under_way", "bob", decision.AssessReview, sheetOfKim, reviewed()...)
	o.refused("decision.nothing_open", "kim", decision.AssessObject, sheetOfKim)
	o.must("ann", decision.AssessTell, sheetOfKim)
	at(decision.SheetTold, decision.AppealNone, 0)
	o.must("max", decision.AssessSign, sheetOfKim)
	at(decision.SheetSigned, decision.AppealNone, 1)
	r := o.history().Sheet(sheetOfKim)
	if held := o.history().Held(r); len(held) != 3 || held[0].ID != review || held[0].Kept() != "ab" {
		t.Errorf("what holds: %v", held)
	}
	o.refused("decision.final", "max", decision.Withdraw, r.Signed.ID)
	o.refused("decision.carried_out", "ann", decision.Withdraw, r.Way[1].ID)

	// what was signed is corrected by a new version only; until that is signed the first one holds
	o.must("bob", decision.AssessReview, sheetOfKim, append(reviewed(), "grade=C", "corrects=forged")...)
	second := o.history().Sheet(sheetOfKim)
	if second.State != decision.SheetReviewed || second.Signed == nil || second.Signed.ID != r.Signed.ID || second.Way[0].Payload["corrects"] != r.Signed.ID {
		t.Errorf("beside the new version: %+v", second)
	}
	if held := o.history().Held(second); len(held) != 3 || held[0].ID != review || second.Way[0].ID == review {
		t.Errorf("what holds beside the new version: %v", held)
	}
	o.must("bob", decision.AssessTell, sheetOfKim)
	o.must("mia", decision.AssessSign, sheetOfKim)
	at(decision.SheetSigned, decision.AppealNone, 2)
	if got := o.history().Sheets("2026-10"); len(got) != 1 || got[0] != "M001" {
		t.Errorf("sheets of the month: %v", got)
	}
}

// An objection is the assessed person's and is answered by somebody else than who reviewed and who signs.
func TestSheet_objection(t *testing.T) {
	o := newOffice(t)
	o.must("ann", decision.AssessReview, sheetOfKim, reviewed()...)
	o.must("bob", decision.AssessTell, sheetOfKim)
	o.refused("people.may_not", "bob", decision.AssessObject, sheetOfKim)
	o.must("kim", decision.AssessObject, sheetOfKim)
	o.refused("decision.nothing_open", "max", decision.AssessSign, sheetOfKim)
	if r := o.history().Sheet(sheetOfKim); r.Appeal != decision.AppealOpen {
		t.Errorf("appeal %s", r.Appeal)
	}
	o.must("max", decision.AssessAnswer, sheetOfKim)
	o.refused("decision.same_person", "max", decision.AssessSign, sheetOfKim)
	o.must("mia", decision.AssessSign, sheetOfKim)
	if r := o.history().Sheet(sheetOfKim); r.Appeal != decision.AppealDismissed || r.State != decision.SheetSigned {
		t.Errorf("%s %s", r.State, r.Appeal)
	}
}

// An objection that is right returns the sheet: the next review is of a new sheet.
func TestSheet_returned(t *testing.T) {
	o := newOffice(t)
	o.must("ann", decision.AssessReview, sheetOfKim, reviewed()...)
	o.must("ann", decision.AssessTell, sheetOfKim)
	o.must("kim", decision.AssessObject, sheetOfKim)
	o.must("max", decision.AssessReturn, sheetOfKim)
	o.refused("decision.nothing_open", "mia", decision.AssessSign, sheetOfKim)
	o.must("ann", decision.AssessReview, sheetOfKim, append(reviewed(), "sheet=cd")...)
	o.must("ann", decision.AssessTell, sheetOfKim)
	o.must("max", decision.AssessSign, sheetOfKim)
	if r := o.history().Sheet(sheetOfKim); r.Appeal != decision.AppealUpheld || r.Version != 1 || r.Way[0].Payload["sheet"] != "cd" {
		t.Errorf("%+v", r)
	}
}

// Nobody decides on their own sheet, whatever roles they have, and nobody objects to somebody else's.
func TestSheet_own(t *testing.T) {
	o := newOffice(t)
	kim := o.person["kim"]
	lead := people.Person{ID: "lou", Name: "LOU", ManagerID: "M002", Roles: []people.Role{people.Supervisor, people.Manager, people.HR}}
	all := people.New(o.store, time.Now)
	root := people.Person{ID: "root", Name: "root", Roles: []people.Role{people.Admin}}
	if _, err := all.Add(t.Context(), root, lead); err != nil {
		t.Fatal(err)
	}
	o.person["lou"] = lead
	o.refused("decision.sheet.own", "lou", decision.AssessReview, "2026-10 M002", reviewed()...)
	o.must("ann", decision.AssessReview, "2026-10 M002", reviewed()...)
	o.refused("decision.sheet.own", "lou", decision.AssessTell, "2026-10 M002")
	o.must("ann", decision.AssessTell, "2026-10 M002")
	o.refused("decision.sheet.own", "lou", decision.AssessSign, "2026-10 M002")
	o.refused("decision.sheet.not_yours", kim.ID, decision.AssessObject, "2026-10 M002")
	o.must("lou", decision.AssessObject, "2026-10 M002")
	o.refused("decision.same_person", "lou", decision.AssessAnswer, "2026-10 M002")
}
