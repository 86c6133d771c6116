package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/backup"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/journal"
	"github.com/kamlens/kamlens/internal/store"
)

func newBackupCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FOLDER",
		Short: "备份：复制无法重建的一切，再读回核对 · copy what cannot be made again, and read the copy back",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0]) },
	}
}

// backup copies the installation into a folder, which may hold an earlier copy of it; others go on loading and deciding.
func (a *app) backup(ctx context.Context, folder string) error {
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		to, err := filepath.Abs(folder)
		if err != nil {
			return err
		}
		if backup.Within(to, c.Dir("")) {
			return fault.New(fault.Usage, "backup.within", to, c.Dir(""))
		}
		var r backup.Report
		if err := r.Lists(c.Dir("archive"), filepath.Join(to, "data", "archive")); err != nil {
			return err
		}
		// What people decide rests on who they are, so the state is copied after the lists; what these list, last.
		if err := copyState(ctx, s, filepath.Join(to, "data", "app.sqlite")); err != nil {
			return err
		}
		if err := r.Tree(c.Dir("archive"), filepath.Join(to, "data", "archive"), true); err != nil {
			return err
		}
		for _, folder := range []string{"frozen", "payroll"} {
			if err := r.Tree(c.Dir(folder), filepath.Join(to, "data", folder), false); err != nil {
				return err
			}
		}
		if err := a.copySettings(&r, c, to); err != nil {
			return err
		}
		files, err := readBack(filepath.Join(to, "data", "archive"))
		if err != nil {
			return err
		}
		a.say("backup.done", to, r.Copied+1, r.Bytes, r.Kept, files)
		return nil
	})
}

// readBack checks the copy of an archive, with what people decided: that names sheets and lists that it holds.
func readBack(folder string) (files int, err error) {
	past, err := decision.Read(journal.At(filepath.Join(folder, decision.FileName)))
	if err != nil {
		return 0, err
	}
	var kept []string
	for _, d := range past.All() {
		if hash := d.Kept(); hash != "" {
			kept = append(kept, hash)
		}
	}
	return backup.Check(folder, kept...)
}

// copyState replaces the copy of the application state.
func copyState(ctx context.Context, s *store.Store, path string) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := s.Copy(ctx, next); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// copySettings copies the configuration, the rules and the models; of those that lie elsewhere it says that they were not.
func (a *app) copySettings(r *backup.Report, c config.Config, to string) error {
	if err := r.Tree(a.configPath, filepath.Join(to, filepath.Base(a.configPath)), false); err != nil {
		return err
	}
	for _, p := range append([]string{c.Models}, c.Rules...) {
		switch {
		case p == "":
		case filepath.IsLocal(p):
			if err := r.Tree(c.Resolve(p), filepath.Join(to, p), false); err != nil {
				return err
			}
		default:
			a.say("backup.elsewhere", p)
		}
	}
	return nil
}
