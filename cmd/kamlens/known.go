package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// What was known at a point is asked of a snapshot of its own: a warehouse is made again from the archive up to there,
// with the rules and own models of then and the built-in models of now, a snapshot is built from it, and the warehouse is
// thrown away. The snapshot is kept by what it was made from, so that the next question about the point finds it.

// past are the flags of a question about what was known.
type past struct {
	known string // a time, or the number of a batch; empty: what is published
	asOf  string
}

func (p *past) flags(f *pflag.FlagSet) {
	f.StringVar(&p.known, "known-at", "", "按当时已知的数据和规则：时间（一天、一分钟指其末尾）、批次编号或快照名 · with what was known at a time (a day or a minute means its end), when a batch was the last one, or when a snapshot was published")
	f.StringVar(&p.asOf, "as-of", "", "与 --known-at 合用的数据时点，缺省为当时最后一次计算的 · with --known-at, the business instant; default that of the last run before it")
}

// keptPasts is how many snapshots of pasts are kept.
const keptPasts = 5

// withDoorAt opens the door to what was known at a point, or to the published snapshot.
func (a *app) withDoorAt(ctx context.Context, p past, f func(config.Config, *kpi.Door) error) error {
	if p.known == "" {
		if p.asOf != "" {
			return fault.New(fault.Usage, "cli.known.as_of")
		}
		return a.withDoor(ctx, f)
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	path, err := a.past(ctx, c, p)
	if err != nil {
		return err
	}
	door, err := kpi.Open(ctx, path, engineOptions(c))
	if err != nil {
		return err
	}
	return errors.Join(f(c, door), door.Close())
}

// past returns the snapshot of what was known at a point, made now unless it was made before.
func (a *app) past(ctx context.Context, c config.Config, p past) (path string, err error) {
	kept := archive.At(c.Dir("archive"))
	all, err := kept.Entries()
	if err != nil {
		return "", err
	}
	if archive.LastBatch(all) == 0 {
		return "", fault.New(fault.Refused, "archive.nothing", kept.Dir())
	}
	known, err := archive.Until(all, p.known)
	if err != nil {
		return "", err
	}
	if archive.LastBatch(known) == 0 {
		return "", fault.New(fault.Usage, "archive.point.early", p.known)
	}
	a.sayInstant(c, p.known)
	if c, err = a.asOfThen(c, p.asOf, known); err != nil {
		return "", err
	}
	folder, err := a.pastFolder(c, known)
	if err != nil {
		return "", err
	}
	if there, err := filepath.Glob(filepath.Join(folder, "snap-*.duckdb")); err != nil || len(there) > 0 {
		return slices.Concat(there, []string{""})[0], err
	}
	a.say("cli.known.building", archive.LastBatch(known), c.AsOf)
	return a.buildPast(ctx, c, kept, known, folder)
}

// sayInstant says which instant a day or a minute stands for, and that one to come is answered as now.
func (a *app) sayInstant(c config.Config, point string) {
	at, whole, ok := archive.Instant(point)
	if !ok {
		return
	}
	if now := archive.CivilOf(a.now().In(c.Zone())); at.After(now.Time) {
		a.say("cli.known.future", point, now.Format(time.DateTime))
	} else if whole {
		a.say("cli.known.end", point, at.Format(time.DateTime))
	}
}

// asOfThen sets the business instant: the one asked for, else that of the last run that was known, else that of the
// last batch.
func (a *app) asOfThen(c config.Config, asked string, known []archive.Entry) (config.Config, error) {
	if asked != "" {
		return c.WithAsOf(asked)
	}
	for _, e := range slices.Backward(known) {
		if e.Run != nil {
			return c.WithAsOf(e.Run.AsOf)
		}
	}
	return c.WithAsOf(known[len(known)-1].At.Format(time.DateTime))
}

// pastFolder names the folder of a past by all that it is made from.
func (a *app) pastFolder(c config.Config, known []archive.Entry) (string, error) {
	models, err := transform.ModelsHash(c)
	if err != nil {
		return "", err
	}
	made, err := json.Marshal([]any{known[len(known)-1], c.AsOf, models, version()})
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(made)
	return filepath.Join(c.Dir("known"), hex.EncodeToString(key[:8])), nil
}

// buildPast makes the snapshot in a folder of its own, which gets its name when it is complete.
func (a *app) buildPast(ctx context.Context, c config.Config, kept archive.Folder, known []archive.Entry, folder string) (path string, err error) {
	root := c.Dir("known")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(root, "building-*")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	now := a.now()
	then, _, err := transform.Recall(kept, c.WithData(filepath.Join(scratch, "data")), known, scratch)
	if err != nil {
		return "", err
	}
	if _, err := ingest.Rebuild(ctx, ingest.RebuildOptions{Config: then, Archive: kept.Dir(), Entries: known, Lang: a.lang(),
		Out: a.stderr, Reader: reader}); err != nil {
		return "", err
	}
	done := filepath.Join(scratch, "done")
	if err := os.Mkdir(done, 0o700); err != nil {
		return "", err
	}
	path = warehouse.NewSnapshotPath(done, now)
	if _, err := transform.Build(ctx, transform.Options{Config: then, Now: now, Version: version(), Progress: io.Discard,
		Lang: a.lang(), Frozen: c.Dir("frozen"), Known: known}, path); err != nil {
		return "", err
	}
	if err := warehouse.Seal(ctx, path, engineOptions(then)); err != nil {
		return "", err
	}
	if err := os.Rename(done, folder); err != nil {
		return "", err
	}
	return filepath.Join(folder, filepath.Base(path)), trimPasts(root)
}

// trimPasts removes the oldest pasts.
func trimPasts(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	type made struct {
		name string
		at   time.Time
	}
	var list []made
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		list = append(list, made{e.Name(), info.ModTime()})
	}
	slices.SortFunc(list, func(x, y made) int { return cmp.Or(y.at.Compare(x.at), cmp.Compare(x.name, y.name)) })
	for _, m := range list[min(keptPasts+1, len(list)):] { // one is the scratch of the one just made
		if err := os.RemoveAll(filepath.Join(root, m.name)); err != nil {
			return err
		}
	}
	return nil
}
