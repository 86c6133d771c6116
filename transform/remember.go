package transform

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/sql"
)

// The archive keeps, besides the batches, what else a run stood on: the rule files, the user's own models and the settings
// when they change, and the business instant of every run that was published. With them a run of a past day can be made
// again. What a source says of its files is kept with each batch.

// Remember archives the rule files, own models and settings of a configuration when they are not those that the archive
// knows last.
func Remember(f archive.Folder, c config.Config, now time.Time) error {
	s, err := settingsOf(c, f.Put)
	if err != nil {
		return err
	}
	entries, err := f.Entries()
	if err != nil {
		return err
	}
	if last := lastSettings(entries); last != nil && slices.Equal(last.Files, s.Files) && bytes.Equal(last.Values, s.Values) &&
		last.Models != nil && slices.Equal(last.Models, s.Models) {
		return nil
	}
	return f.Append(archive.Entry{Kind: archive.Rules, At: archive.CivilOf(now.In(c.Zone())), Rules: &s})
}

// settingsOf are the rule files, own models and settings of a configuration. hash returns that of a file, and may keep it.
func settingsOf(c config.Config, hash func([]byte) (string, error)) (s archive.Settings, err error) {
	named := func(files []rules.File, err error) ([]archive.File, error) {
		list := []archive.File{}
		for _, file := range files {
			sum, err := hash(file.Data)
			if err != nil {
				return nil, fmt.Errorf("archive %s: %w", file.Name, err)
			}
			list = append(list, archive.File{Path: file.Name, SHA256: sum})
		}
		return list, err
	}
	if s.Files, err = named(rules.Files(c)); err != nil {
		return s, err
	}
	if s.Models, err = named(ownFiles(c)); err != nil {
		return s, err
	}
	s.Values, err = c.Settings()
	return s, err
}

// sameFiles reports whether two lists of files have the same contents in the same order.
func sameFiles(a, b []archive.File) bool {
	return slices.EqualFunc(a, b, func(x, y archive.File) bool { return x.SHA256 == y.SHA256 })
}

func lastSettings(entries []archive.Entry) *archive.Settings {
	for _, e := range slices.Backward(entries) {
		if e.Rules != nil {
			return e.Rules
		}
	}
	return nil
}

// Recall returns the configuration with the rules, own models and settings that the entries knew last, as files below dir.
// Entries without any leave it as it is: false.
func Recall(f archive.Folder, c config.Config, entries []archive.Entry, dir string) (config.Config, bool, error) {
	s := lastSettings(entries)
	if s == nil {
		return c, false, nil
	}
	paths := make([]string, len(s.Files))
	for i, file := range s.Files {
		paths[i] = filepath.Join(dir, "rules", strconv.Itoa(i), filepath.Base(file.Path))
		if err := restore(f, file, paths[i]); err != nil {
			return c, false, err
		}
	}
	for _, file := range s.Models {
		if err := restore(f, file, filepath.Join(dir, "models", filepath.FromSlash(file.Path))); err != nil {
			return c, false, err
		}
	}
	c, err := c.WithSettings(s.Values, paths)
	switch {
	case len(s.Models) > 0:
		c.Models = filepath.Join(dir, "models")
	case s.Models != nil:
		c.Models = ""
	}
	return c, err == nil, err
}

// restore writes a file of the archive to path.
func restore(f archive.Folder, file archive.File, path string) error {
	data, err := f.Get(file.SHA256)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// ModelsHash is the SHA-256 of all models of a configuration, the built-in ones and the user's own: equal hashes compute
// equal numbers from equal rows.
func ModelsHash(c config.Config) (string, error) {
	models, err := Options{Config: c}.models()
	if err != nil {
		return "", err
	}
	slices.SortFunc(models, func(a, b sql.Model) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	h := sha256.New()
	for _, m := range models {
		fmt.Fprintf(h, "%s\x00%s\x00", m.Path, m.Query) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// log writes to the archive what the run stood on and that it is published, which is next.
func (o Options) log(r Result) error {
	f := archive.At(o.Config.Dir("archive"))
	if err := Remember(f, o.Config, o.Now); err != nil {
		return err
	}
	return f.Append(archive.Entry{Kind: archive.Run, At: archive.CivilOf(o.Now.In(o.Config.Zone())),
		Run: &archive.Computed{Snapshot: filepath.Base(r.Snapshot), AsOf: r.AsOf.Format(time.DateTime), Program: o.Version}})
}
