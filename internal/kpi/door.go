package kpi

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// Door answers questions from one snapshot. It is safe for concurrent use; a snapshot never changes, so neither do its
// answers.
type Door struct {
	db        *warehouse.DB
	catalogue []Definition
	tables    []TableDef     // plain ones, by name
	position  map[string]int // of a measure in catalogue
	mainOf    map[string]int // of a block's main measure
	feeds     map[string]bool
	targets   map[string][]target
	teams     map[string]string    // of a manager, for targets
	ruled     map[string][]Period  // when rules hold, by table and name
	closed    map[closedPeriod]int // in which order, from 1

	closedTargets map[closedPeriod][]target
	stamp         Stamp
	asOfOn        time.Time
	survival      survivalCache
	presumed      string // the first day on which owners, teams and tiers are known; "" when they always are
}

// Open opens the snapshot at path. The caller closes the door.
func Open(ctx context.Context, path string, o warehouse.Options) (*Door, error) {
	db, err := warehouse.OpenSnapshot(ctx, path, o)
	if err != nil {
		return nil, err
	}
	d := &Door{db: db}
	for _, load := range []func(context.Context) error{d.loadCatalogue, d.loadStamp, d.loadFeeds, d.loadTargets, d.loadRules, d.loadFrozen, d.loadTables} {
		if err := load(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open snapshot: %w", err), db.Close())
		}
	}
	return d, nil
}

// Close gives the snapshot back.
func (d *Door) Close() error { return d.db.Close() }

// Catalogue returns every measure in catalogue order.
func (d *Door) Catalogue() []Definition { return slices.Clone(d.catalogue) }

// Definition returns the measure called id, or the main measure of the block called id.
func (d *Door) Definition(id string) (Definition, error) {
	if i, ok := d.position[strings.ToLower(id)]; ok {
		return d.catalogue[i], nil
	}
	if i, ok := d.mainOf[strings.ToLower(id)]; ok {
		return d.catalogue[i], nil
	}
	ids := make([]string, len(d.catalogue))
	for i, def := range d.catalogue {
		ids[i] = def.ID
	}
	return Definition{}, fault.New(fault.NotFound, "kpi.unknown", id, strings.Join(ids, " "))
}

// Stamp says what this snapshot is.
func (d *Door) Stamp() Stamp { return d.stamp }

// LastFullMonth returns the last month that was over at the business instant of the snapshot.
func (d *Door) LastFullMonth() Period { return calendar.MonthOf(d.asOfOn).Previous() }

func (d *Door) loadCatalogue(ctx context.Context) error {
	list, err := collect(ctx, d.db.SQL(), "select definition from catalogue order by position", nil,
		func(scan func(...any) error) (Definition, error) {
			var text string
			if err := scan(&text); err != nil {
				return Definition{}, err
			}
			def := Definition{}
			if err := json.Unmarshal([]byte(text), &def); err != nil {
				return def, fmt.Errorf("catalogue: %w", err)
			}
			return def, def.check()
		})
	if err != nil {
		return err
	}
	d.catalogue, d.position, d.mainOf = list, map[string]int{}, map[string]int{}
	for i := range list {
		def := &d.catalogue[i]
		if def.Scale == 0 {
			def.Scale = 1
		}
		d.position[strings.ToLower(def.ID)] = i
		if def.Main {
			d.mainOf[strings.ToLower(def.Of)] = i
		}
	}
	return nil
}

// check refuses a definition whose arithmetic this package does not have.
func (def Definition) check() error {
	kinds := []string{kindRatio, kindSums, kindMean, kindDuration, kindExposure, kindCohort, kindStock, kindSum, kindCurve,
		kindCount, kindStrata, kindAgree}
	if !slices.Contains(kinds, def.Kind) {
		return fmt.Errorf("measure %s: unknown kind %q", def.ID, def.Kind)
	}
	if !slices.Contains([]string{overSum, overOwn, overLast}, def.OverTime) {
		return fmt.Errorf("measure %s: unknown over_time %q", def.ID, def.OverTime)
	}
	if def.Kind == kindStock && def.OverTime != overLast || def.Kind == kindSum && def.OverTime == overLast {
		return fmt.Errorf("measure %s: kind %s does not go with over_time %s", def.ID, def.Kind, def.OverTime)
	}
	if def.Cluster != "" && def.Cluster != "customer_id" && !slices.Contains(def.Details, def.Cluster) {
		return fmt.Errorf("measure %s: cluster %q is none of its details", def.ID, def.Cluster)
	}
	if err := def.checkCurve(); err != nil {
		return err
	}
	for _, name := range def.Details {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" || name == "" {
			return fmt.Errorf("measure %s: detail %q is no column name", def.ID, name)
		}
	}
	adds := def.OverTime == overSum && (def.Exposure == "days" || def.Exposure == "fen")
	if def.Kind == kindExposure && !adds && (def.OverTime != overOwn || def.Exposure != "users") {
		return fmt.Errorf("measure %s: kind exposure needs over_time sum and exposure days or fen, or over_time own and exposure users", def.ID)
	}
	return nil
}

func (d *Door) loadStamp(ctx context.Context) error {
	s := &d.stamp
	row := d.db.SQL().QueryRowContext(ctx, `select snapshot, as_of, as_of_on, built_at, demo,
		(select coalesce(cast(max(f.last_on) as varchar), '') from feed_state as f where f.last_on <= as_of_on),
		(select count(*) from check_results),
		(select count(*) from check_results where bad_rows = 0),
		(select count(*) from check_results where bad_rows > 0 and not blocking)
		from run_info`)
	err := row.Scan(&s.Snapshot, &s.AsOf, &d.asOfOn, &s.BuiltAt, &s.Demo, &s.DataTo, &s.ChecksTotal, &s.ChecksPassed, &s.Warnings)
	if len(s.DataTo) > len(time.DateOnly) {
		s.DataTo = s.DataTo[:len(time.DateOnly)]
	}
	if err != nil {
		return fmt.Errorf("run_info: %w", err)
	}
	return nil
}

func (d *Door) loadFeeds(ctx context.Context) error {
	states, err := d.Feeds(ctx, Everything())
	if err != nil {
		return err
	}
	d.feeds = map[string]bool{}
	for _, f := range states {
		d.feeds[f.Feed] = f.Rows > 0
		d.presumed = max(d.presumed, f.PresumedUntil)
	}
	if d.feeds["case_log"] { // an event log that carries the cases' own columns stands for both feeds
		d.feeds["cases"], d.feeds["case_events"] = true, true
	}
	return nil
}

// loadRules reads on which days the rules of limits, parameters and cadences hold, for whatever rows.
func (d *Door) loadRules(ctx context.Context) error {
	d.ruled = map[string][]Period{}
	_, err := collect(ctx, d.db.SQL(), `select distinct 'rule_limits.' || rule, valid_from, valid_to from rule_limits
		union select 'rule_params.' || name, valid_from, valid_to from rule_params where "value" is not null
		union select 'rule_cadences.' || kind, valid_from, valid_to from rule_cadences`, nil,
		func(scan func(...any) error) (p Period, err error) {
			var name string
			err = scan(&name, &p.Start, &p.End)
			d.ruled[name] = append(d.ruled[name], p)
			return p, err
		})
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	return nil
}

// missing says whether the feed that a measure's verdicts come from was never loaded, and whether any feed it needs was
// not. Names that are no feeds (rules, calendar) do not count.
func (d *Door) missing(def Definition) (first, some bool) {
	for i, need := range def.Needs {
		feed, _, _ := strings.Cut(need, ".")
		if loaded, known := d.feeds[feed]; known && !loaded {
			first, some = first || i == 0, true
		}
	}
	return first, some
}

// collect runs a query and reads every row of it.
func collect[T any](ctx context.Context, db *sql.DB, query string, args []any,
	read func(scan func(...any) error) (T, error)) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says all there is to say
	list := []T{}
	for rows.Next() {
		v, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
