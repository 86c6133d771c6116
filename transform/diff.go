package transform

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// What a new computation would change in a closed period is found by computing it again, in steps that change one thing
// each: first what the models of today make of what was known then, then with the data of today, then with the rules of
// today. A row that differs after a step and not before differs because of that step; which batch of the data is looked
// up in the warehouse.

// Cause is why a row of a closed period would be another one now.
type Cause string

// The causes.
const (
	LateFact   Cause = "late"       // the fact came after the closing
	Correction Cause = "correction" // a later batch says something else
	Merge      Cause = "merge"      // the customer was merged
	Retraction Cause = "retract"    // a batch was taken back, or its retraction was
	Dispute    Cause = "dispute"    // a dispute of the row was upheld
	RuleChange Cause = "rule"
	CalendarOf Cause = "calendar"
	Program    Cause = "program" // the models are others
)

// DiffOptions say which part of a closed period to compute again.
type DiffOptions struct {
	Config  config.Config
	Part    frozen.Part
	Entries []archive.Entry // of the archive
	KPIs    []string        // ids; none: all of the part
	Now     time.Time
	// Then makes the snapshot of what was known at a point, as of an instant. It is asked when the models have changed.
	Then func(ctx context.Context, knownAt, asOf string) (path string, err error)
}

// MeasureDiff is what would change in one measure.
type MeasureDiff struct {
	KPI    string    `json:"kpi"`
	Period string    `json:"period"`
	Frozen Figures   `json:"frozen"`
	Rerun  Figures   `json:"rerun"`
	Rows   []RowDiff `json:"rows"`
}

// Figures are the numbers of the company.
type Figures struct {
	Num   *int64   `json:"num"`
	Den   *int64   `json:"den"`
	Value *float64 `json:"value"`
}

// RowDiff is one subject whose rows differ.
type RowDiff struct {
	Subject    string `json:"subject_id"`
	Kind       string `json:"subject_kind"`
	CustomerID string `json:"customer_id"`
	Old        *Side  `json:"old"` // nil: not there when the period was closed
	New        *Side  `json:"new"` // nil: not there any more
	Cause      Cause  `json:"cause"`
}

// Side is what the rows of a subject come to.
type Side struct {
	Num      *int64 `json:"num"`
	Den      *int64 `json:"den"`
	Value    *int64 `json:"value"`
	Managers string `json:"managers"`
	Excluded string `json:"excluded_reason,omitempty"`
}

// differ compares in an engine of its own, to which the snapshots of the steps are attached.
type differ struct {
	o      DiffOptions
	dir    string
	known  []archive.Entry // when the part was closed
	period calendar.Period
	conn   *stdsql.Conn
	last   string // path of the snapshot of the last step
	steps  []step
}

// step is a computation; its snapshot is attached under its name.
type step struct {
	name  string
	cause Cause // "": the data
}

// Diff computes a part of a closed period again and returns, for each of its measures, what would change and why. The
// caller holds the lock of the warehouse.
func Diff(ctx context.Context, o DiffOptions) (list []MeasureDiff, err error) {
	i := archive.RunOf(o.Entries, o.Part.Snapshot)
	if i < 0 {
		return nil, fault.New(fault.Refused, "freeze.run_first", o.Part.Snapshot)
	}
	d := &differ{o: o, known: o.Entries[:i+1]}
	if d.period, err = o.Part.Of(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Config.Dir("tmp"), 0o700); err != nil {
		return nil, err
	}
	if d.dir, err = os.MkdirTemp(o.Config.Dir("tmp"), "replay-diff-*"); err != nil { // swept as a replay when this is killed
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	db, err := warehouse.Open(ctx, filepath.Join(d.dir, "diff.duckdb"), Options{Config: o.Config}.resources())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if d.conn, err = db.SQL().Conn(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.conn.Close()) }()
	if err := d.compute(ctx); err != nil {
		return nil, err
	}
	return d.measures(ctx)
}

// compute makes the snapshots of the steps.
func (d *differ) compute(ctx context.Context) error {
	models, err := ModelsHash(d.o.Config)
	if err != nil {
		return err
	}
	if models != d.o.Part.Models {
		path, err := d.o.Then(ctx, d.o.Part.Snapshot, d.o.Part.AsOf)
		if err != nil {
			return err
		}
		if err := d.attach(ctx, path, Program); err != nil {
			return err
		}
	}
	old, _, err := Recall(archive.At(d.o.Config.Dir("archive")), d.o.Config, d.known, d.dir)
	if err != nil {
		return err
	}
	if err := d.build(ctx, old, ""); err != nil {
		return err
	}
	return d.buildSettings(ctx)
}

// buildSettings makes the steps of the rules and of the calendar, as far as they are no longer those of the closing.
func (d *differ) buildSettings(ctx context.Context) error {
	now, err := settingsOf(d.o.Config, func(data []byte) (string, error) { return archive.Hash(data), nil })
	if err != nil {
		return err
	}
	was := lastSettings(d.known)
	if was == nil {
		return nil
	}
	if !sameFiles(was.Files, now.Files) {
		c, err := d.o.Config.WithSettings(was.Values, d.o.Config.Rules)
		if err != nil {
			return err
		}
		if err := d.build(ctx, c, RuleChange); err != nil {
			return err
		}
	}
	if string(was.Values) == string(now.Values) {
		return nil
	}
	return d.build(ctx, d.o.Config, CalendarOf)
}

// build computes the warehouse of now under the settings of c, with what was closed before the part.
func (d *differ) build(ctx context.Context, c config.Config, cause Cause) error {
	c, err := c.WithAsOf(d.o.Part.AsOf)
	if err != nil {
		return err
	}
	path := warehouse.NewSnapshotPath(d.dir, d.o.Now)
	if _, err := Build(ctx, Options{Config: c, Now: d.o.Now, Progress: io.Discard, Known: append([]archive.Entry{}, d.known...)}, path); err != nil {
		return err
	}
	return d.attach(ctx, path, cause)
}

func (d *differ) attach(ctx context.Context, path string, cause Cause) error {
	s := step{name: fmt.Sprintf("step%d", len(d.steps)), cause: cause}
	_, err := d.conn.ExecContext(ctx, "attach "+warehouse.Literal(path)+" as "+s.name+" (read_only)")
	d.steps, d.last = append(d.steps, s), path
	return err
}

// measures compares measure by measure.
func (d *differ) measures(ctx context.Context) (list []MeasureDiff, err error) {
	if err := d.touched(ctx); err != nil {
		return nil, err
	}
	door, err := kpi.Open(ctx, d.last, Options{Config: d.o.Config}.resources())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	for _, f := range d.o.Part.Files {
		if f.Kind != frozen.Rows || len(d.o.KPIs) > 0 && !slices.Contains(d.o.KPIs, f.KPI) {
			continue
		}
		m := MeasureDiff{KPI: f.KPI, Period: d.o.Part.Period}
		def, err := door.Definition(f.KPI)
		if fault.KindOf(err) == fault.NotFound {
			return nil, fault.New(fault.Refused, "diff.gone", f.KPI)
		}
		if err != nil {
			return nil, err
		}
		answers, err := door.Query(ctx, kpi.Everything(), kpi.Question{KPIs: []string{f.KPI}, Period: d.period})
		if err != nil {
			return nil, err
		}
		m.Rerun = Figures{answers[0].Num, answers[0].Den, answers[0].Value}
		if m.Frozen, err = d.frozenFigures(ctx, f.KPI); err != nil {
			return nil, err
		}
		if m.Rows, err = d.rows(ctx, def, filepath.Join(d.o.Part.Dir, f.Name)); err != nil {
			return nil, fmt.Errorf("compare %s: %w", f.KPI, err)
		}
		list = append(list, m)
	}
	return list, nil
}

// frozenFigures reads the company's numbers from the answers of the part.
func (d *differ) frozenFigures(ctx context.Context, id string) (f Figures, err error) {
	err = d.conn.QueryRowContext(ctx, "select num, den, \"value\" from read_parquet("+
		warehouse.Literal(filepath.Join(d.o.Part.Dir, "answers.parquet"))+") where kpi = ? and grain = ''", id).Scan(&f.Num, &f.Den, &f.Value)
	return f, err
}

// sides are what the rows of each subject come to: of the file, and of each step.
func (d *differ) sides(ctx context.Context, def kpi.Definition, file string) error {
	of := closed{periods: []calendar.Period{d.period}}
	from := map[string]string{"side_frozen": "read_parquet(" + warehouse.Literal(file) + ")"}
	for _, s := range d.steps {
		from["side_"+s.name] = s.name + ".main." + warehouse.Quote(sql.ViewName(def.ID))
	}
	for table, relation := range from {
		_, err := d.conn.ExecContext(ctx, fmt.Sprintf(`create or replace temp table %s as
			select coalesce(subject_kind, '') as subject_kind, subject_id, coalesce(max(customer_id), '') as customer_id,
				cast(sum(num) as bigint) as num, cast(sum(den) as bigint) as den, cast(sum("value") as bigint) as val,
				coalesce(string_agg(distinct manager_id, ' ' order by manager_id), '') as managers,
				coalesce(string_agg(distinct excluded_reason, ' ' order by excluded_reason), '') as excluded,
				list_sort(list(concat_ws('|', coalesce(manager_id, ''), coalesce(unassigned_reason, ''), coalesce(team, ''), coalesce(region, ''),
					coalesce(cast(tier as varchar), ''), coalesce(kind, ''), coalesce(severity, ''), coalesce(category, ''),
					coalesce(cast(num as varchar), ''), coalesce(cast(den as varchar), ''), coalesce(cast("value" as varchar), ''),
					coalesce(excluded_reason, '')))) as state
			from %s t where %s group by 1, 2`, table, relation, of.within(def.HasOwnPeriods())))
		if err != nil {
			return err
		}
	}
	return nil
}
