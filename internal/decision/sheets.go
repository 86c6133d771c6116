package decision

import (
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
)

// The columns of a review: the SHA-256 of the sheet, and the signed decision of which it begins a new version.
const (
	sheetColumn    = "sheet"
	correctsColumn = "corrects"
)

// SheetSubject names the sheet of a manager over a period.
func SheetSubject(period, manager string) string { return period + " " + manager }

// aboutSheet refuses a decision about a sheet that is not named as one, or by the wrong person: whoever is assessed may only
// object, and nobody else may. A review after a signed sheet is of a new version and says which one it corrects.
func (h History) aboutSheet(made *Decision) error {
	period, manager, ok := strings.Cut(made.Subject, " ")
	if _, err := calendar.ParsePeriod(period); err != nil || !ok || manager == "" {
		return fault.New(fault.Usage, "decision.sheet.subject", made.Subject)
	}
	own := made.Payload[managerColumn] == manager
	switch {
	case made.Kind == AssessObject && !own:
		return fault.New(fault.Refused, "decision.sheet.not_yours", people.Signature(made.By, made.ByName), manager)
	case made.Kind != AssessObject && own:
		return fault.New(fault.Refused, "decision.sheet.own", people.Signature(made.By, made.ByName), manager)
	case made.Kind == AssessReview:
		delete(made.Payload, correctsColumn)
		if signed := h.Sheet(made.Subject).Signed; signed != nil {
			made.Payload[correctsColumn] = signed.ID
		}
	}
	return nil
}

// SheetState is how far a sheet has come.
type SheetState string

// The states. A sheet under a new version after it was signed has the state of that version; what was signed holds until the new
// one is.
const (
	SheetComputed SheetState = "computed" // nobody has decided on it
	SheetReviewed SheetState = "reviewed"
	SheetTold     SheetState = "told"
	SheetObjected SheetState = "objected"
	SheetAnswered SheetState = "answered"
	SheetReturned SheetState = "returned" // a new review has to begin
	SheetSigned   SheetState = "signed"
)

// Appeal is what became of objections to a sheet.
type Appeal string

// The appeals.
const (
	AppealNone      Appeal = "none"
	AppealOpen      Appeal = "open"      // the manager has objected, and nobody has answered
	AppealDismissed Appeal = "dismissed" // the sheet stood
	AppealUpheld    Appeal = "upheld"    // it was returned and made anew
)

// SheetRecord is what was decided about one sheet.
type SheetRecord struct {
	State   SheetState
	Way     []Decision // of the version under way or signed last, from the review on; empty while there is none
	Signed  *Decision  // the signature that holds; nil while none does
	Version int        // of what was signed: 1 is the first; 0 while nothing is
	Appeal  Appeal     // of all versions, the last one
}

// Review is the review that a sheet's way began with.
func (r SheetRecord) Review() (Decision, bool) {
	if len(r.Way) == 0 {
		return Decision{}, false
	}
	return r.Way[0], true
}

// Sheet tells where a sheet stands.
func (h History) Sheet(subject string) SheetRecord {
	r := SheetRecord{State: SheetComputed, Appeal: AppealNone}
	for _, d := range h.all {
		if d.Subject != subject || h.out[d.ID] != "" {
			continue
		}
		switch d.Kind {
		case AssessReview:
			r.State = SheetReviewed
		case AssessTell:
			r.State = SheetTold
		case AssessObject:
			r.State, r.Appeal = SheetObjected, AppealOpen
		case AssessAnswer:
			r.State, r.Appeal = SheetAnswered, AppealDismissed
		case AssessReturn:
			if r.State == SheetObjected {
				r.Appeal = AppealUpheld
			}
			r.State = SheetReturned
		case AssessSign:
			signed := d
			r.State, r.Signed, r.Version = SheetSigned, &signed, r.Version+1
		default:
			continue
		}
		r.Way = h.Chain(d)
	}
	return r
}

// Held is the way of the sheet that holds, from its review on: of what was signed, whatever was begun since, else of the
// version under way. Empty while there is none, or it was returned.
func (h History) Held(r SheetRecord) []Decision {
	switch {
	case r.Signed != nil:
		return h.Chain(*r.Signed)
	case r.State == SheetReturned:
		return nil
	}
	return r.Way
}

// Sheets lists the managers about whose sheets of a period something was decided, sorted.
func (h History) Sheets(period string) []string {
	var managers []string
	for _, d := range h.all {
		if p, manager, ok := strings.Cut(d.Subject, " "); ok && p == period && d.Kind == AssessReview && !slices.Contains(managers, manager) {
			managers = append(managers, manager)
		}
	}
	slices.Sort(managers)
	return managers
}
