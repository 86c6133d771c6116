package transform

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/sql"
)

// ownModels opens the user's folder of models. A file that would silently not be read is refused.
func ownModels(dir string) (fs.FS, error) {
	layout := strings.Join(sql.Layers(), "/, ") + "/"
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.New(fault.Usage, "transform.models_missing", dir, layout).Because(err)
	}
	folder := os.DirFS(dir)
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(path.Ext(name), ".sql") {
			return err
		}
		if path.Ext(name) != ".sql" || !slices.Contains(sql.Layers(), path.Dir(name)) {
			return fault.New(fault.Usage, "transform.models_stray", filepath.Join(dir, filepath.FromSlash(name)), dir, layout)
		}
		return nil
	})
	if _, ok := errors.AsType[*fault.Error](err); err != nil && !ok {
		return nil, fault.New(fault.Usage, "transform.models_missing", dir, layout).Because(err)
	}
	return folder, err
}

// ownFiles reads the files of the user's models, by layer and name; none without a folder.
func ownFiles(c config.Config) (list []rules.File, err error) {
	if c.Models == "" {
		return nil, nil
	}
	folder, err := ownModels(c.Resolve(c.Models))
	if err != nil {
		return nil, err
	}
	for _, layer := range sql.Layers() {
		names, err := fs.Glob(folder, layer+"/*.sql")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, err
			}
			list = append(list, rules.File{Name: name, Data: data})
		}
	}
	return list, nil
}

// modelFault: a model that cannot be used is a mistake of whoever wrote the file, told with file and line.
func modelFault(err error) error {
	return fault.New(fault.Usage, "transform.model_bad", err.Error())
}

// blame tells whose mistake it is that a statement of model m failed: the user's where the model is his own and the
// engine refused what it says. A run that was stopped, and a machine without memory or disk, are nobody's model.
func (b *builder) blame(ctx context.Context, m sql.Model, err error) error {
	if m.Source == 0 || ctx.Err() != nil {
		return err
	}
	for _, machine := range []string{"IO Error:", "Out of Memory Error:", "INTERNAL Error:", "FATAL Error:"} {
		if strings.Contains(err.Error(), machine) {
			return err
		}
	}
	return modelFault(err)
}
