// Package backup copies what of an installation cannot be made again: the archive, the closed periods, the rolls for
// payroll, the application state, and the configuration with its rules. All else, the warehouse and the snapshots, is made of
// them.
//
// It promises: a copy taken while others load, decide or close is one that can be restored from, because lists are copied
// before what they list; what the copy has already, and cannot have changed, is not copied again; a copy is never replaced by
// one whose history is another. It must not know what the files mean beyond their names.
package backup

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
)

// Report says what was done.
type Report struct {
	Copied int // files
	Bytes  int64
	Kept   int // files that the copy had already
}

// Lists copies the journals of an archive: what is added while the rest is copied is not listed in them. A copy that holds
// other lines than the journal began with is left as it is: a [fault.Refused], since one of the two was altered.
func (r *Report) Lists(from, to string) error {
	names, err := filepath.Glob(filepath.Join(from, "*.ndjson"))
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		path := filepath.Join(to, filepath.Base(name))
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		data = data[:bytes.LastIndexByte(data, '\n')+1] // what follows is being written
		if !bytes.HasPrefix(data, old) {
			return fault.New(fault.Refused, "backup.other", path, name)
		}
		if err := r.write(path, data); err != nil {
			return err
		}
	}
	return nil
}

// Tree copies the files of a folder that nobody changes once they are there. Those of the archive, whose names are their SHA-256,
// are held against it; one that is not what its name says is a [fault.Refused]. A folder that is not there has no files.
func (r *Report) Tree(from, to string, hashed bool) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err // and there may be no d
		}
		hidden := strings.HasPrefix(d.Name(), ".") // what is being written
		if d.IsDir() && hidden && path != from {
			return fs.SkipDir
		}
		if d.IsDir() || hidden || hashed && filepath.Ext(path) == ".ndjson" {
			return nil
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		info, err := d.Info()
		if err != nil {
			return err
		}
		if had, err := os.Stat(target); err == nil && had.Size() == info.Size() && (hashed || !had.ModTime().Before(info.ModTime())) {
			r.Kept++
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if hashed && archive.Hash(data) != d.Name() {
			return fault.New(fault.Refused, "archive.lost", d.Name(), from)
		}
		return r.write(target, data)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// write puts data under a name at once, on the disk when it returns.
func (r *Report) write(path string, data []byte) error {
	if err := disk.Folder(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	r.Copied, r.Bytes = r.Copied+1, r.Bytes+int64(len(data))
	return disk.Write(path, data)
}

// Check reads a copy back: every file of its archive is what its name says, and every hash that its journal of batches names,
// and those named here, are there. It returns how many files there are.
func Check(to string, also ...string) (files int, err error) {
	kept := archive.At(to)
	entries, err := kept.Entries()
	if err != nil {
		return 0, err
	}
	err = filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".ndjson" {
			return err
		}
		files++
		_, err = kept.Get(d.Name())
		return err
	})
	for _, e := range entries {
		also = append(also, hashes(e)...)
	}
	for _, hash := range also {
		if _, missing := os.Stat(kept.Path(hash)); missing != nil {
			err = errors.Join(err, fault.New(fault.Refused, "archive.lost", hash, to))
		}
	}
	return files, err
}

// hashes are the bytes that a line of the archive rests on.
func hashes(e archive.Entry) (list []string) {
	if e.Batch != nil && e.Batch.SHA256 != "" {
		list = append(list, e.Batch.SHA256)
	}
	if e.Rules != nil {
		for _, f := range slices.Concat(e.Rules.Files, e.Rules.Models) {
			list = append(list, f.SHA256)
		}
	}
	return list
}

// Within reports whether a folder is another one or lies in it.
func Within(folder, of string) bool {
	rel, err := filepath.Rel(of, folder)
	return err == nil && !slices.Contains(strings.Split(rel, string(filepath.Separator)), "..")
}
