package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/pause"
)

// The inbox is a folder into which others put files. A file is taken when it is complete: a companion of the same name
// and .ok or .done says so, or its size and time have stayed the same for the settle time. It is loaded by every source
// whose path it matches and moved to the folder of done or failed files with its receipt beside it. A load that stops
// before the move leaves the file; the next finds it loaded already and moves it.

// companions say that the file before their suffix is complete.
var companions = []string{".ok", ".done"}

// unfinished are the endings under which programs write files that they rename when they are complete.
var unfinished = []string{".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~"}

// landed is what a look at a file tells.
type landed struct {
	size int64
	time time.Time
}

// look lists the files of an inbox that a source takes, by path; announced are those with a companion.
func (o Options) look() (found map[string]landed, announced map[string]bool, err error) {
	entries, err := os.ReadDir(o.Config.Inbox.Path)
	if err != nil {
		return nil, nil, fault.New(fault.Usage, "ingest.inbox.open", o.Config.Inbox.Path).Because(err)
	}
	found, announced = map[string]landed{}, map[string]bool{}
	for _, e := range entries {
		path := filepath.Join(o.Config.Inbox.Path, e.Name())
		if !e.Type().IsRegular() || ignored(e.Name()) || len(o.takers(path)) == 0 {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		found[path] = landed{info.Size(), info.ModTime()}
		announced[path] = slices.ContainsFunc(companions, func(end string) bool {
			_, err := os.Lstat(path + end)
			return err == nil
		})
	}
	return found, announced, nil
}

// ignored holds for names that are no files to load: hidden ones, unfinished ones and companions.
func ignored(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") {
		return true
	}
	return slices.ContainsFunc(slices.Concat(companions, unfinished), func(end string) bool { return strings.HasSuffix(name, end) })
}

// takers returns the names of the sources whose path a file matches.
func (o Options) takers(path string) []string {
	var names []string
	for _, s := range o.Config.Sources {
		if slices.ContainsFunc(s.Path, func(p string) bool {
			ok, err := filepath.Match(o.Config.Resolve(p), path)
			return ok && err == nil
		}) {
			names = append(names, s.Name)
		}
	}
	return names
}

// complete returns the files of the inbox that can be taken now, waiting for the settle time when there is one whose
// state is not known. A dry run takes them as they are.
func (o Options) complete(ctx context.Context) ([]string, error) {
	first, announced, err := o.look()
	if err != nil {
		return nil, err
	}
	w := watch{seen: map[string]landed{}}
	ready := w.ready(first, announced, o.DryRun)
	if len(ready) < len(first) {
		if err := pause.For(ctx, o.Config.Inbox.Wait()); err != nil {
			return nil, err
		}
		if first, announced, err = o.look(); err != nil {
			return nil, err
		}
		ready = w.ready(first, announced, false)
	}
	return ready, nil
}

func (f landed) same(as landed) bool { return f.size == as.size && f.time.Equal(as.time) }

// watch remembers the last look at an inbox.
type watch struct {
	seen map[string]landed
	left map[string]landed // files that were left alone, as they were then
}

// ready returns, sorted, the files that are announced or as they were at the last look, and remembers this one.
func (w *watch) ready(found map[string]landed, announced map[string]bool, all bool) []string {
	ready := []string{} // not nil: what landed is known
	for path, now := range found {
		was, ok := w.seen[path]
		if left, ok := w.left[path]; ok && left.same(now) {
			continue
		}
		if all || announced[path] || ok && was.same(now) {
			ready = append(ready, path)
		}
	}
	w.seen = found
	slices.Sort(ready)
	return ready
}

// leave remembers the files that were left alone: trying them again every settle time would help nobody.
func (w *watch) leave(receipts []Receipt) {
	for _, r := range receipts {
		if r.LeftAlone {
			w.left[r.File] = w.seen[r.File]
		}
	}
}

// waits reports a file of the inbox that is not to be loaded now.
func (o Options) waits(path string) bool {
	if o.Config.Inbox == nil {
		return false
	}
	rel, err := filepath.Rel(o.Config.Inbox.Path, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return o.OnlyLanded
	}
	return !slices.Contains(o.Landed, path)
}

// clear moves the files of the inbox that all their sources have dealt with. One that changed while it was read stays,
// and so does one that waits for somebody to answer for it.
func (o Options) clear(jobs []job, receipts []Receipt) error {
	if o.Config.Inbox == nil || o.DryRun {
		return nil
	}
	for _, path := range o.Landed {
		var mine []Receipt
		done := map[string]bool{}
		failed, stays := false, false
		for i, r := range receipts {
			if r.File != path {
				continue
			}
			mine, done[jobs[i].source.Name] = append(mine, r), true
			failed = failed || r.Refused != nil
			stays = stays || r.LeftAlone || r.Refused != nil && r.Refused.Key == "ingest.refused.changed"
		}
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue // another process was faster
		}
		if stays || slices.ContainsFunc(o.takers(path), func(name string) bool { return !done[name] }) {
			continue
		}
		to := o.Config.Inbox.Done
		if failed {
			to = o.Config.Inbox.Failed
		}
		if err := o.move(path, to, mine); err != nil {
			return fmt.Errorf("clear the inbox: %w", err)
		}
	}
	return nil
}

// move puts a file into a folder with its receipts beside it, under a name that is free there. The receipt is written
// first: a file that has left the inbox has one.
func (o Options) move(path, folder string, receipts []Receipt) error {
	if err := disk.Folder(folder, 0o750); err != nil { // who brings files may look for their receipts
		return err
	}
	var text strings.Builder
	for _, r := range receipts {
		text.WriteString(r.Text(o.Lang))
	}
	name := filepath.Base(path)
	for n := 2; ; n++ {
		to := filepath.Join(folder, name)
		f, err := os.OpenFile(to+".receipt.txt", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			ext := filepath.Ext(path)
			name = fmt.Sprintf("%s.%d%s", strings.TrimSuffix(filepath.Base(path), ext), n, ext)
			continue
		}
		if err != nil {
			return err
		}
		_, err = io.WriteString(f, text.String())
		if err = errors.Join(err, f.Chmod(0o640), f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := os.Rename(path, to); err != nil {
			return err
		}
		return dropCompanions(path)
	}
}

func dropCompanions(path string) error {
	for _, end := range companions {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Watch loads what lands in the inbox until ctx ends, looking at it once every settle time. clock tells the time of
// each load. A refused file has its receipt in the folder of failed files; a warehouse that is busy is tried again.
func Watch(ctx context.Context, o Options, clock func() time.Time) error {
	box := o.Config.Inbox
	if box == nil {
		return fault.New(fault.Usage, "ingest.inbox.none")
	}
	if _, err := fmt.Fprintln(o.Out, o.Lang.T("ingest.inbox.watching", box.Path)); err != nil {
		return err
	}
	w, strangers := watch{seen: map[string]landed{}, left: map[string]landed{}}, map[string]bool{}
	for ctx.Err() == nil { // that the watch is over is no error
		found, announced, err := o.look()
		if err == nil {
			err = o.nameStrangers(strangers)
		}
		if err == nil {
			if o.Landed = w.ready(found, announced, false); len(o.Landed) > 0 {
				o.OnlyLanded, o.Now = true, clock()
				var receipts []Receipt
				receipts, err = Run(ctx, o)
				w.leave(receipts)
			}
		}
		switch kind := fault.KindOf(err); {
		case ctx.Err() != nil: // whatever went wrong, it was that
		case err != nil && kind != fault.Refused && kind != fault.Busy:
			return err
		case err != nil:
			if _, err := fmt.Fprintln(o.Out, fault.Text(o.Lang, err)); err != nil {
				return err
			}
		}
		_ = pause.For(ctx, box.Wait()) // an early end is the end of the watch
	}
	return nil
}

// nameStrangers says once of each file that no source takes that it stays where it is.
func (o Options) nameStrangers(known map[string]bool) error {
	list, err := o.strangers(o.Config.Inbox.Path)
	for _, path := range list {
		if known[path] {
			continue
		}
		known[path] = true
		if _, err := fmt.Fprintln(o.Out, o.Lang.T("ingest.inbox.stranger", path)); err != nil {
			return err
		}
	}
	return err
}

// strangers returns the files of a folder that no source takes.
func (o Options) strangers(folder string) (list []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if path := filepath.Join(folder, e.Name()); e.Type().IsRegular() && !ignored(e.Name()) && len(o.takers(path)) == 0 {
			list = append(list, path)
		}
	}
	return list, err
}
