package pdfium

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf16"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"vigie"
)

// scratchSize is the size in bytes of the memory that calls leave their answers
// in; no text of a document's description is read beyond it.
const scratchSize = 16 << 10

// errNoMemory means that a document needs more memory than it may have.
var errNoMemory = errors.New("the memory limit is reached")

// instance is the engine with one document. Its calls remember the first error,
// after which all of them return 0: the engine has trapped, and what its memory
// holds means nothing any more.
type instance struct {
	module    api.Module
	functions map[string]api.Function
	stack     [8]uint64
	scratch   uint32 // address of scratchSize bytes
	err       error
}

func (e *Engine) start(ctx context.Context) (*instance, error) {
	m, err := e.runtime.InstantiateModule(ctx, e.compiled,
		wazero.NewModuleConfig().WithName("").WithStartFunctions("__wasm_call_ctors", "FPDF_InitLibrary"))
	if err != nil {
		return nil, fmt.Errorf("start the PDF engine: %w", err)
	}
	in := &instance{module: m, functions: make(map[string]api.Function)}
	in.scratch = in.allocate(ctx, scratchSize)
	if in.err != nil {
		_ = m.Close(ctx) // the first error says more
		return nil, fmt.Errorf("start the PDF engine: %w", in.err)
	}
	return in, nil
}

func (in *instance) close(ctx context.Context) { _ = in.module.Close(ctx) } // frees memory only

// call calls a function of the engine and returns its result, 0 where it has
// none.
func (in *instance) call(ctx context.Context, name string, args ...uint64) uint64 {
	if in.err != nil {
		return 0
	}
	f := in.functions[name]
	if f == nil {
		if f = in.module.ExportedFunction(name); f == nil {
			in.err = fmt.Errorf("the PDF engine has no function %s", name)
			return 0
		}
		in.functions[name] = f
	}
	copy(in.stack[:], args)
	if err := f.CallWithStack(ctx, in.stack[:]); err != nil {
		in.err = fmt.Errorf("call %s: %w", name, err)
		return 0
	}
	return in.stack[0]
}

// number is call for functions that return an int.
func (in *instance) number(ctx context.Context, name string, args ...uint64) int {
	return int(int32(in.call(ctx, name, args...)))
}

// allocate takes memory of the engine.
func (in *instance) allocate(ctx context.Context, size int) uint32 {
	at := uint32(in.call(ctx, "malloc", uint64(size)))
	if at == 0 && in.err == nil {
		in.err = errNoMemory
	}
	return at
}

// floats reads numbers of four bytes from the scratch.
func (in *instance) floats(into []float32) {
	b, ok := in.module.Memory().Read(in.scratch, uint32(4*len(into)))
	if !ok {
		return
	}
	for i := range into {
		into[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// wide reads a text in UTF-16 that a call wrote into the scratch and whose size
// in bytes, its closing zero included, the call returned.
func (in *instance) wide(size int) string {
	if size < 4 || size > scratchSize {
		return ""
	}
	b, ok := in.module.Memory().Read(in.scratch, uint32(size))
	if !ok {
		return ""
	}
	units := make([]uint16, 0, size/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}

// narrow is wide for texts of one byte a character.
func (in *instance) narrow(size int) string {
	if size < 2 || size > scratchSize {
		return ""
	}
	b, _ := in.module.Memory().Read(in.scratch, uint32(size-1))
	return string(b)
}

// open gives the engine the bytes of a document, which stay its own until it is
// closed, and returns the engine's handle.
func (in *instance) open(ctx context.Context, pdf []byte) (uint64, error) {
	at := in.allocate(ctx, len(pdf))
	if in.err != nil {
		return 0, in.fault()
	}
	in.module.Memory().Write(at, pdf)
	doc := in.call(ctx, "FPDF_LoadMemDocument", uint64(at), uint64(len(pdf)), 0)
	if doc != 0 {
		return doc, nil
	}
	reason := in.number(ctx, "FPDF_GetLastError")
	if in.err != nil {
		return 0, in.fault()
	}
	return 0, loadError(reason)
}

// fault makes an error of a document of what stopped the engine.
func (in *instance) fault() error {
	if errors.Is(in.err, errNoMemory) {
		return &vigie.InvalidError{Field: "pdf", Reason: "it needs more memory than a document may have"}
	}
	return fmt.Errorf("%w: %w", &vigie.InvalidError{Field: "pdf", Reason: "the PDF engine stopped on it"}, in.err)
}

// loadError names the reasons of FPDF_GetLastError.
func loadError(reason int) error {
	switch reason {
	case 4:
		return fmt.Errorf("%w: the PDF asks for a password", vigie.ErrForbidden)
	case 5:
		return fmt.Errorf("%w: the PDF is locked in a way that is not known here", vigie.ErrForbidden)
	}
	return &vigie.InvalidError{Field: "pdf", Reason: "it is no PDF, or broken beyond repair"}
}
