package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

// files returns the files of a source; that there are none is said, and is no error.
func (o Options) files(s config.Source) ([]string, error) {
	if o.File != "" {
		return []string{o.File}, nil
	}
	if s.Database != nil {
		if o.OnlyLanded {
			return nil, nil
		}
		return []string{label(s)}, nil
	}
	var files []string
	for _, p := range s.Path {
		if name := o.Config.Unset(p); name != "" {
			return nil, fault.New(fault.Usage, "ingest.config.unset", s.Name, p, name)
		}
		found, err := filepath.Glob(o.Config.Resolve(p))
		if err != nil {
			return nil, fault.New(fault.Usage, "ingest.config.glob", s.Name, p)
		}
		// A glob passes over folders that it may not read.
		if folder := filepath.Dir(o.Config.Resolve(p)); len(found) == 0 && !readable(folder) {
			return nil, fault.New(fault.Refused, "ingest.refused.folder_permission", s.Name, folder)
		}
		files = append(files, slices.DeleteFunc(found, o.waits)...)
	}
	slices.Sort(files)
	files = slices.Compact(files)
	if len(files) == 0 && !o.OnlyLanded {
		if _, err := fmt.Fprintln(o.Out, o.Lang.T("ingest.no_files", s.Name, o.patterns(s))); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// readable reports whether a folder may be read; one that is not there may.
func readable(folder string) bool {
	f, err := os.Open(folder)
	if err != nil {
		return !errors.Is(err, fs.ErrPermission)
	}
	_, err = f.ReadDir(1)
	_ = f.Close() // only looked
	return !errors.Is(err, fs.ErrPermission)
}

// patterns lists the globs of a source as a person reads them.
func (o Options) patterns(s config.Source) string {
	list := make([]string, len(s.Path))
	for i, p := range s.Path {
		list[i] = o.Config.Resolve(p)
	}
	return strings.Join(list, ", ")
}

// strangersShown bounds the names of one line.
const strangersShown = 10

// nameUnread says in one line which files nobody reads in the folders that the sources read. Folders outside the
// configuration's own, and that one itself, hold more than what is meant for kamlens; so they are not looked at.
func (o Options) nameUnread() error {
	base, folders := o.Config.Resolve("."), map[string]bool{}
	for _, s := range o.Config.Sources {
		for _, p := range s.Path {
			found, err := filepath.Glob(filepath.Dir(o.Config.Resolve(p)))
			if err != nil {
				continue // a bad pattern is told of where the files are listed
			}
			for _, folder := range found {
				rel, err := filepath.Rel(base, folder)
				folders[folder] = err == nil && filepath.IsLocal(rel) && rel != "." && (o.Config.Inbox == nil || folder != o.Config.Inbox.Path)
			}
		}
	}
	var names []string
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		if folders[folder] {
			list, _ := o.strangers(folder) // that a folder cannot be read is told of where the files are listed
			names = append(names, list...)
		}
	}
	n := len(names)
	if n == 0 {
		return nil
	}
	if n > strangersShown {
		names = append(names[:strangersShown], "…")
	}
	_, err := fmt.Fprintln(o.Out, o.Lang.T("ingest.unread", n, strings.Join(names, ", ")))
	return err
}
