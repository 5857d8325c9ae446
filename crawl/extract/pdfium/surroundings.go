package pdfium

import (
	"context"
	"errors"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/emscripten"
)

// errAborted is what the engine's abort() and failed assertions end in.
var errAborted = errors.New("the engine gave up")

// noSuchCall is -ENOSYS of Emscripten's numbering: there is no such system call.
const noSuchCall = 52

// surroundings gives the engine the functions that it imports. The world that it
// finds has no files, no clock, no environment, and memory up to the limit of
// the runtime.
func surroundings(ctx context.Context, r wazero.Runtime, compiled wazero.CompiledModule) error {
	exporter, err := emscripten.NewFunctionExporterForModule(compiled)
	if err != nil {
		return err
	}
	env := r.NewHostModuleBuilder("env")
	exporter.ExportFunctions(env) // invoke_*, longjmp
	wasi := r.NewHostModuleBuilder("wasi_snapshot_preview1")
	for _, imported := range compiled.ImportedFunctions() {
		from, name, _ := imported.Import()
		if strings.HasPrefix(name, "invoke_") || name == "_emscripten_throw_longjmp" {
			continue
		}
		builder := env
		if from != "env" {
			builder = wasi
		}
		builder.NewFunctionBuilder().
			WithGoModuleFunction(hostFunction(name, len(imported.ResultTypes())), imported.ParamTypes(), imported.ResultTypes()).
			Export(name)
	}
	if _, err := env.Instantiate(ctx); err != nil {
		return err
	}
	_, err = wasi.Instantiate(ctx)
	return err
}

// hostFunction returns what the engine gets under a name. Whatever is not named
// here fails as an unknown system call does.
func hostFunction(name string, results int) api.GoModuleFunc {
	switch name {
	case "_abort_js", "__assert_fail":
		// The runtime turns the panic into an error of the call.
		return func(context.Context, api.Module, []uint64) { panic(errAborted) }
	case "emscripten_resize_heap":
		return growMemory
	case "_emscripten_memcpy_js":
		return copyMemory
	case "environ_sizes_get":
		return func(_ context.Context, m api.Module, stack []uint64) {
			m.Memory().WriteUint32Le(uint32(stack[0]), 0)
			m.Memory().WriteUint32Le(uint32(stack[1]), 0)
			stack[0] = 0
		}
	case "environ_get", "fd_close", "fd_sync", "emscripten_date_now":
		return func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }
	case "fd_write":
		return swallow
	case "_localtime_js", "_gmtime_js":
		return func(_ context.Context, m api.Module, stack []uint64) {
			// struct tm: eleven numbers of four bytes.
			m.Memory().Write(uint32(stack[1]), make([]byte, 44))
		}
	case "_tzset_js":
		return func(_ context.Context, m api.Module, stack []uint64) {
			for _, at := range stack[:4] {
				m.Memory().WriteUint32Le(uint32(at), 0)
			}
		}
	}
	return func(_ context.Context, _ api.Module, stack []uint64) {
		if results > 0 {
			refused := int32(-noSuchCall)
			stack[0] = api.EncodeI32(refused)
		}
	}
}

// growMemory grows the memory to at least the asked size, and answers 0 where
// that is beyond the limit.
func growMemory(ctx context.Context, m api.Module, stack []uint64) {
	asked, memory := uint32(stack[0]), m.Memory()
	stack[0] = 0
	if asked <= memory.Size() {
		stack[0] = 1
		return
	}
	missing := (uint64(asked) - uint64(memory.Size()) + wasmPage - 1) / wasmPage
	// A growth by an eighth saves growing again and again; where that is too
	// much, what is missing will do.
	if _, ok := memory.Grow(uint32(missing) + memory.Size()/wasmPage/8); ok {
		stack[0] = 1
	} else if _, ok := memory.Grow(uint32(missing)); ok {
		stack[0] = 1
	} else if in, ok := ctx.Value(instanceKey{}).(*instance); ok {
		in.starved = true
	}
}

func copyMemory(_ context.Context, m api.Module, stack []uint64) {
	if from, ok := m.Memory().Read(uint32(stack[1]), uint32(stack[2])); ok {
		m.Memory().Write(uint32(stack[0]), from)
	}
}

// swallow says that what the engine prints was written.
func swallow(_ context.Context, m api.Module, stack []uint64) {
	vectors, count := uint32(stack[1]), uint32(stack[2])
	total := uint32(0)
	for i := range min(count, 1024) {
		size, ok := m.Memory().ReadUint32Le(vectors + 8*i + 4)
		if !ok {
			break
		}
		total += size
	}
	m.Memory().WriteUint32Le(uint32(stack[3]), total)
	stack[0] = 0
}
