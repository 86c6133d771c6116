package kpi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// CustomerSigns is a customer on the business day of the snapshot, with what its health, value and risk are worked out from
// (fct_customer_signs). A pointer is nil where something is not known: NULL is not 0.
type CustomerSigns struct {
	CustomerID  string `json:"customer_id"`
	Name        string `json:"name"`
	ManagerID   string `json:"manager_id"`
	ManagerName string `json:"manager_name"`
	Team        string `json:"team"`
	Region      string `json:"region"`
	Tier        *int64 `json:"tier"`
	Type        string `json:"type"`
	Segment     string `json:"segment"`
	Industry    string `json:"industry"`
	Active      bool   `json:"active"`
	MergedInto  string `json:"merged_into"` // the customer that counts in its place; "" while it counts itself
	CameOn      string `json:"came_on"`
	TenureDays  *int64 `json:"tenure_days"`

	BaseFen   *int64 `json:"base_fen"`   // recurring revenue of the base months
	Months    *int64 `json:"months"`     // those of them in which it was a customer
	NowFen    *int64 `json:"now_fen"`    // all revenue of the base months
	BeforeFen *int64 `json:"before_fen"` // of the same months a year earlier
	YearFen   *int64 `json:"year_fen"`   // of twelve months

	Complaints   *int64 `json:"complaints"`
	DueCases     *int64 `json:"due_cases"`
	MetCases     *int64 `json:"met_cases"`
	OpenCases    *int64 `json:"open_cases"`
	OverdueCases *int64 `json:"overdue_cases"`
	Answers      *int64 `json:"answers"`
	AnswerPoints *int64 `json:"answer_points"` // sum; an answer has 0 to [FullPoints]

	LastVisitOn    string `json:"last_visit_on"`
	GapDays        *int64 `json:"gap_days"`
	MaxGapDays     *int64 `json:"max_gap_days"`
	OpenFen        *int64 `json:"open_fen"`
	OverdueFen     *int64 `json:"overdue_fen"`
	OverdueDays    *int64 `json:"overdue_days"`
	CancelRequests *int64 `json:"cancel_requests"` // not decided
	RequestedOn    string `json:"requested_on"`    // the first of them
	Services       *int64 `json:"services"`        // that run
	NextEndOn      string `json:"next_end_on"`     // last day of the next one that ends
	EndDays        *int64 `json:"end_days"`        // until then
}

// FullPoints are the points of the best answer to a survey, a number that the steps of every usual scale divide.
const FullPoints = 12600

// CustomerQuestion asks for customers: one by its id, or the active ones, of some managers and tiers where these are named. "" stands for
// those without a manager or a tier.
type CustomerQuestion struct {
	Customer string
	Filter   map[Dim][]string
}

// CustomerSigns returns what is known of every active customer that the scope sees, by id, in one question however many there are; of
// one customer, active or not, where its id is given.
func (d *Door) CustomerSigns(ctx context.Context, s Scope, q CustomerQuestion) ([]CustomerSigns, error) {
	if s.none() {
		return nil, nil
	}
	if err := d.holds(ctx, "fct_customer_signs"); err != nil {
		return nil, err
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return nil, err
	}
	b := &binds{}
	where := visible(s, b)
	if q.Customer != "" {
		where += " and customer_id = " + b.bind(q.Customer)
	} else {
		where += " and is_active"
	}
	more, err := filtered(q.Filter, "0", b)
	if err != nil {
		return nil, err
	}
	query, err := render("customers", map[string]any{"Where": where + more})
	if err != nil {
		return nil, err
	}
	list, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (c CustomerSigns, err error) {
		return c, scan(&c.CustomerID, &c.Name, &c.ManagerID, &c.ManagerName, &c.Team, &c.Region, &c.Tier, &c.Type, &c.Segment, &c.Industry,
			&c.Active, &c.MergedInto, &c.CameOn, &c.TenureDays, &c.BaseFen, &c.Months, &c.NowFen, &c.BeforeFen, &c.YearFen,
			&c.Complaints, &c.DueCases, &c.MetCases, &c.OpenCases, &c.OverdueCases, &c.Answers, &c.AnswerPoints,
			&c.LastVisitOn, &c.GapDays, &c.MaxGapDays, &c.OpenFen, &c.OverdueFen, &c.OverdueDays, &c.CancelRequests, &c.RequestedOn,
			&c.Services, &c.NextEndOn, &c.EndDays)
	})
	if err != nil {
		return nil, fmt.Errorf("customers: %w", err)
	}
	return list, nil
}

// CustomerEvent is something that happened to a customer. Which fields are set depends on What.
type CustomerEvent struct {
	On      string `json:"on"`
	What    string `json:"what"` // visit, case, survey, bill, tier, owner, cancel
	Subject string `json:"subject"`
	Kind    string `json:"kind"`   // of case; the mode of a visit, the metric of a survey
	State   string `json:"state"`  // why it does not count, "open", "done", "late"; of tier and owner what it is from then on
	Before  string `json:"before"` // of tier and owner what it was
	Due     string `json:"due"`
	Done    string `json:"done"`
	Fen     *int64 `json:"fen"`
	Score   string `json:"score"`
}

// EventQuestion asks what happened to a customer: all, or only some of the words that [CustomerEvent.What] knows.
type EventQuestion struct {
	Customer string
	What     []string
	Limit    int
}

// CustomerEvents returns at most as many as asked for of what happened to a customer that the scope sees today, newest first; a reader
// who may not see the customer gets nothing of it.
func (d *Door) CustomerEvents(ctx context.Context, s Scope, q EventQuestion) ([]CustomerEvent, error) {
	if s.none() {
		return nil, nil
	}
	b := &binds{}
	data := map[string]any{"Where": visible(s, b), "Customer": b.bind(q.Customer), "Which": "true"}
	if len(q.What) > 0 {
		data["Which"] = "what in (" + b.list(q.What) + ")"
	}
	data["Limit"] = b.bind(q.Limit)
	query, err := render("customer_events", data)
	if err != nil {
		return nil, err
	}
	list, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (e CustomerEvent, err error) {
		return e, scan(&e.On, &e.What, &e.Subject, &e.Kind, &e.State, &e.Before, &e.Due, &e.Done, &e.Fen, &e.Score)
	})
	if err != nil {
		return nil, fmt.Errorf("events of customer %s: %w", q.Customer, err)
	}
	return list, nil
}

// Survival is how long customers stay: the curve of one tier.
type Survival struct {
	curve
	N     int64 // stretches of service observed
	Small bool  // too few for a curve
}

// NewSurvival makes a curve from what is at risk and lost, by ascending day; last is the last day that anybody was observed.
func NewSurvival(points []CurvePoint, last, n int64) Survival {
	return Survival{curve: curve{points: survival(points), last: last}, N: n}
}

// At is the share that survives day t of service; ok is false where nobody was observed for so long.
func (s Survival) At(t int64) (kept float64, ok bool) { return s.at(t) }

// Last is the last day on which anybody was observed.
func (s Survival) Last() int64 { return s.last }

// survivalCache keeps the curves: a snapshot never changes, and every page about customers needs them.
type survivalCache struct {
	mu     sync.Mutex
	known  bool
	curves map[string]Survival
}

// Survival returns the curve of each tier, by its code ("" for customers without one), from the first curve of the catalogue at the end
// of the last full month. It is of the whole company for every reader: a curve tells nothing of anybody. Without a curve in the
// catalogue, or data for one, there is none. Callers must not change what they get.
func (d *Door) Survival(ctx context.Context) (map[string]Survival, error) {
	d.survival.mu.Lock()
	defer d.survival.mu.Unlock()
	if d.survival.known {
		return d.survival.curves, nil
	}
	curves, err := d.survivalByTier(ctx)
	if err != nil {
		return nil, fmt.Errorf("survival by tier: %w", err)
	}
	d.survival.known, d.survival.curves = true, curves
	return curves, nil
}

func (d *Door) survivalByTier(ctx context.Context) (map[string]Survival, error) {
	i := slices.IndexFunc(d.catalogue, func(def Definition) bool { return def.Kind == kindCurve })
	if i < 0 {
		return map[string]Survival{}, nil
	}
	def, into := d.catalogue[i], groups{}
	if err := d.addCurve(ctx, into, def, slice{scope: Everything(), dims: []Dim{ByTier}, windows: []Period{d.LastFullMonth()}}); err != nil {
		return nil, err
	}
	curves := map[string]Survival{}
	for tier, sums := range into[groupKey{def.ID, 0}] {
		if sums.counted > 0 {
			curves[tier] = Survival{sums.curve, sums.counted, sums.counted < def.MinN}
		}
	}
	return curves, nil
}

// TierCode is the code of a tier, "" for none.
func (c CustomerSigns) TierCode() string {
	if c.Tier == nil {
		return ""
	}
	return strconv.FormatInt(*c.Tier, 10)
}

// BusinessDay is the day that the snapshot was computed for.
func (d *Door) BusinessDay() Period { return Period{Start: d.asOfOn, End: d.asOfOn.AddDate(0, 0, 1)} }
