// Package kpi is the one door to numbers. It reads a published snapshot and answers questions about KPIs, the rows
// behind them and the data they stand on; pages, documents and the command line all ask here, so they cannot disagree.
//
// Words. A measure is one KPI file; its measure rows are one row per obligation, event or cohort member. An answer is
// one value at one grain. Every function that returns customer rows or numbers takes a [Scope], and the zero Scope sees
// nothing.
//
// It promises: totals are sums of rows, ratios are divided once (here), NULL is never 0, every rate comes with n and an
// interval. It must not know any single KPI: no KPI id appears in this package.
package kpi

import (
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
)

// Period is a month, quarter, half year, year or range of months.
type Period = calendar.Period

// Scope is what a reader may see. The zero value sees nothing. A row is visible when All is set, or its manager, team
// or region is listed.
type Scope struct {
	All      bool
	Managers []string
	Teams    []string
	Regions  []string
}

// Everything is the scope of the command line and of jobs: whoever can read the data folder can read all of it.
func Everything() Scope { return Scope{All: true} }

// Status says how an answer may be used. The first that holds, in this order, is given.
type Status string

// The statuses.
const (
	NotDefined  Status = "not_defined_at_this_period" // there is no value at this grain or range
	NoData      Status = "no_data"                    // a feed the KPI needs was never loaded
	Unset       Status = "unset"                      // every row's rule parameter is unset
	Immature    Status = "immature"                   // the period is not over, or its maturity has not passed
	SmallSample Status = "small_sample"               // n is below the KPI's minimum
	OK          Status = "ok"
)

// The notes of an answer without a value whose feeds were loaded.
const (
	NoRows      = "no_rows"      // not one row, counted or not
	NoneCounted = "none_counted" // there are rows, and none of them counts
)

// Rowless reports whether the feeds were loaded, the period is over, and not one row is there.
func (a Answer) Rowless() bool { return a.Status == OK && slices.Contains(a.Notes, NoRows) }

// Dim is a dimension that answers can be broken down by or filtered on.
type Dim string

// The dimensions. Month is the month of the anchor.
const (
	ByManager  Dim = "manager"
	ByTeam     Dim = "team"
	ByRegion   Dim = "region"
	ByTier     Dim = "tier"
	ByKind     Dim = "kind"
	BySeverity Dim = "severity"
	ByCategory Dim = "category"
	ByCustomer Dim = "customer"
	ByMonth    Dim = "month"
)

// Question asks for measures over one period.
type Question struct {
	KPIs    []string         // ids; a block's id means its main measure; empty: every main measure
	Period  Period           //
	By      []Dim            // empty: one answer a measure
	Filter  map[Dim][]string // rows whose dimension is one of the values; "" is the row without one (未分配)
	Compare bool             // fill Previous and YearAgo
}

// Answer is one value at one grain. Ratios are fractions 0..1, durations seconds, money fen, indexes 0..100: the unit
// of the measure's [Definition]. A pointer is nil where there is no number: NULL is not 0.
type Answer struct {
	KPI       string            `json:"kpi"`
	Period    string            `json:"period"`
	By        map[string]string `json:"by"`
	Num       *int64            `json:"num"`
	Den       *int64            `json:"den"`
	Value     *float64          `json:"value"`
	Low       *float64          `json:"low"` // 95 % interval
	High      *float64          `json:"high"`
	N         int64             `json:"n"` // independent subjects
	P50       *float64          `json:"p50"`
	P90       *float64          `json:"p90"`
	Target    *float64          `json:"target"`
	Floor     *float64          `json:"floor,omitempty"`   // of the same row of targets: where points begin
	Stretch   *float64          `json:"stretch,omitempty"` // and where they end
	Previous  *Comparison       `json:"previous"`
	YearAgo   *Comparison       `json:"year_ago"`
	Status    Status            `json:"status"`
	Notes     []string          `json:"notes,omitempty"`      // other statuses that hold too, [NoRows], [NoneCounted], "unset_rows:12", [PresumedUntil] with a day
	MaturesOn string            `json:"matures_on,omitempty"` // 2026-12-01, when Status is immature
	Frozen    bool              `json:"frozen"`               // the period is closed for this measure: the numbers stay as they are
	Curve     []CurvePoint      `json:"curve,omitempty"`      // of kind curve; Value is its share at the measure's horizon
	Late      int64             `json:"late,omitempty"`       // rows counted here because the months of their own days were closed (补录)
}

// Comparison is the same measure over another, equally long period: the neighbouring one, and when the answer's period is
// not over yet as many of its first working days as have passed (R16). Rates per exposure and measures of a period's own
// are always compared with whole periods: their length is in them.
type Comparison struct {
	Period string   `json:"period"`
	Value  *float64 `json:"value"`
	Low    *float64 `json:"low"` // 95 % interval
	High   *float64 `json:"high"`
	Num    *int64   `json:"num"`
	Den    *int64   `json:"den"`
	N      int64    `json:"n"`
	Status Status   `json:"status"`
}

// Definition is the definition card (口径单) of one measure, as written in the header of its SQL file.
type Definition struct {
	ID           string    `json:"id"`
	Of           string    `json:"of"` // the block, e.g. B2 for B2.calendar
	Main         bool      `json:"main"`
	NameZH       string    `json:"name_zh"`
	NameEN       string    `json:"name_en"`
	Family       string    `json:"family"`    // see [Families]
	Kind         string    `json:"kind"`      // ratio sums mean duration exposure cohort stock sum curve count stratified agreement: see kinds.go
	OverTime     string    `json:"over_time"` // sum own last
	Unit         string    `json:"unit"`      // share index points seconds per_100_months per_10k_yuan per_million_users times days count fen
	Direction    string    `json:"direction"` // up or down: which way is better
	Scale        int64     `json:"scale"`     // what num/den is multiplied by; 1 unless said
	Exposure     string    `json:"exposure"`  // of kind exposure: days (den is owner-days), fen (den is money) or users
	AnchorZH     string    `json:"anchor_zh"`
	AnchorEN     string    `json:"anchor_en"`
	MaturityDays int       `json:"maturity_days"`
	MinN         int64     `json:"min_n"`
	Horizon      int64     `json:"horizon,omitempty"` // of kind curve: the day at which the curve is read
	Periods      []string  `json:"periods"`           // month quarter half year
	Needs        []string  `json:"needs"`             // feed.column; the first names the feed that the verdicts come from
	FormulaZH    string    `json:"formula_zh"`
	FormulaEN    string    `json:"formula_en"`
	ExcludedZH   string    `json:"excluded_zh"`
	ExcludedEN   string    `json:"excluded_en"`
	Source       string    `json:"source"` // rulebook, heading and the sentence, or 本系统建议
	SQL          string    `json:"sql"`
	Details      []string  `json:"details,omitempty"`    // further columns of its rows, after those every measure has
	Rules        []string  `json:"rules,omitempty"`      // rules it has no number without, by table and name: rule_params.visit_min_gap_days
	ChargedTo    string    `json:"charged_to,omitempty"` // manager (as ""), unit, or nobody: for review only, never for points
	Parts        string    `json:"parts,omitempty"`      // what num and den are counted in: days, fen, fen_days, index_points, weighted_points; "": things
	Cluster      string    `json:"cluster,omitempty"`    // of kind sums: the detail that tells independent subjects apart; "": the customer
	Deadline     []string  `json:"deadline,omitempty"`   // the details that say when a row falls due and when it was done; see [Door.Path]
	Matrix       string    `json:"matrix,omitempty"`     // category: it is a flow, from>to, see [Flows]; an answer by it is a part of the flow and has no target
	Bounds       []float64 `json:"bounds,omitempty"`     // the least and the greatest value there can be, in Unit; else by unit and kind, see [Definition.Range]
	Interval     string    `json:"interval,omitempty"`   // of kind sums: none, where den is a given number and no outcome of its rows
	Grains       []string  `json:"grains,omitempty"`     // the dimensions that all its rows have, where some rows (targets) lack the others; empty: any
	Adjust       []string  `json:"adjust,omitempty"`     // the dimensions whose mix is no merit of a manager: tier, kind, severity
}

// ExplainQuestion asks for the rows behind one measure.
type ExplainQuestion struct {
	KPI      string
	Period   Period
	Filter   map[Dim][]string
	Subject  string // only the rows of this subject; "": all
	Excluded bool   // the rows that do not count, with their reasons, instead of those that do
	Limit    int    // 0: 1,000
	Offset   int
}

// Row is one measure row.
type Row struct {
	SubjectID        string `json:"subject_id"`
	SubjectKind      string `json:"subject_kind"`
	EventAt          string `json:"event_at"` // 2026-10-09 08:30:00, civil
	AnchorOn         string `json:"anchor_on"`
	CustomerID       string `json:"customer_id"`
	CustomerName     string `json:"customer_name"`
	ManagerID        string `json:"manager_id"`
	ManagerName      string `json:"manager_name"`
	UnassignedReason string `json:"unassigned_reason,omitempty"`
	Team             string `json:"team"`
	Region           string `json:"region"`
	Tier             *int64 `json:"tier"`
	Kind             string `json:"kind"`
	Severity         string `json:"severity"`
	Category         string `json:"category"`
	Num              *int64 `json:"num"`
	Den              *int64 `json:"den"`
	Value            *int64 `json:"value"`
	ExcludedReason   string `json:"excluded_reason,omitempty"`
	LateFrom         string `json:"late_from,omitempty"` // own day of a row that is counted here because the month of that day was closed

	Details []Detail `json:"details,omitempty"` // those of the measure's definition, in its order
}

// RowSet is a page of rows: "showing len(Rows) of Total".
type RowSet struct {
	KPI      string        `json:"kpi"`
	Period   string        `json:"period"`
	Rows     []Row         `json:"rows"`
	Total    int64         `json:"total"`
	Limit    int           `json:"limit"`
	Offset   int           `json:"offset"`
	Excluded []ReasonCount `json:"excluded"`        // every reason with its count, whatever was asked
	Notes    []string      `json:"notes,omitempty"` // [PresumedUntil] with a day
}

// ReasonCount counts the rows that one reason keeps out.
type ReasonCount struct {
	Reason string `json:"reason"` // a key of the text catalogue under reason.
	Rows   int64  `json:"rows"`
}

// Stamp says what a reader is looking at.
type Stamp struct {
	Snapshot     string    `json:"snapshot"`
	AsOf         time.Time `json:"as_of"`    // the business instant the snapshot was computed for, civil
	DataTo       string    `json:"data_to"`  // the last day that any loaded event falls on
	BuiltAt      time.Time `json:"built_at"` //
	ChecksPassed int       `json:"checks_passed"`
	ChecksTotal  int       `json:"checks_total"`
	Warnings     int       `json:"warnings"` // checks that found rows but do not block
	Demo         bool      `json:"demo"`
}

// Member is one value of a dimension with its display name, for filters and labels.
type Member struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Team string `json:"team,omitempty"` // of a manager
}

// FeedState is what was loaded of one feed: the data-quality page and sheet.
type FeedState struct {
	Feed     string `json:"feed"`
	Rows     int64  `json:"rows"` // current versions
	Batches  int64  `json:"batches"`
	Rejected int64  `json:"rejected"`
	FirstOn  string `json:"first_on"` // event days, "" where the feed has none
	LastOn   string `json:"last_on"`
	LoadedAt string `json:"loaded_at"`
	// PresumedUntil is the first day that is known where the rows before it come from the first of a series of lists of
	// the present state (推定); "" where every row is known.
	PresumedUntil string `json:"presumed_until,omitempty"`
}

// FeedMonth is how many rows of a feed of events fall into one month.
type FeedMonth struct {
	Feed  string `json:"feed"`
	Month int    `json:"month"` // 202610
	Rows  int64  `json:"rows"`
}

// Reject is one value that ingest did not take: what the reject file says.
type Reject struct {
	Batch    int64  `json:"batch"`
	Source   string `json:"source"`
	Feed     string `json:"feed"`
	File     string `json:"file"`
	Line     int64  `json:"line"`
	Column   string `json:"column"`
	Header   string `json:"header"`
	Value    string `json:"value"`
	Code     string `json:"code"`
	Expected string `json:"expected"`
}

// Batch is one loaded file.
type Batch struct {
	ID         int64  `json:"batch"`
	Source     string `json:"source"`
	Feed       string `json:"feed"`
	File       string `json:"file"`
	SHA256     string `json:"sha256"`
	Bytes      int64  `json:"bytes"`
	Read       int64  `json:"rows_read"`
	Loaded     int64  `json:"rows_loaded"`
	Unchanged  int64  `json:"rows_unchanged"`
	Superseded int64  `json:"rows_superseded"`
	Rejected   int64  `json:"rows_rejected"`
	Filtered   int64  `json:"rows_filtered"`
	ReceivedAt string `json:"received_at"`
}

// CheckResult is one data check of the snapshot.
type CheckResult struct {
	Name     string `json:"name"`
	ZH       string `json:"zh"`
	EN       string `json:"en"`
	Blocking bool   `json:"blocking"`
	BadRows  int64  `json:"bad_rows"`
}
