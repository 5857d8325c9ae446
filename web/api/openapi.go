package api

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object of the description.
type object = map[string]any

// describe makes the OpenAPI document (version 3.1.1) of a table: paths and parameters
// of its routes, schemas of their views.
func describe(table []route, version string) object {
	s := schemas{}
	s.add(reflect.TypeFor[Problem]())
	paths := object{}
	for i := range table {
		paths[table[i].path] = object{"get": s.operation(&table[i])}
	}
	return object{
		"openapi": "3.1.1",
		"info": object{
			"title": "vigie", "version": version, "summary": "Reads what an observatory gathered, sorted and published.",
			"description": "Everything only reads. Lists come in pages: send what an answer gives as next to go on. Errors are problem details (RFC 9457). " +
				"Answers carry an ETag: ask again with If-None-Match. What is public needs no token; people make tokens on their account page.",
		},
		"servers": []object{{"url": Root}},
		"paths":   paths,
		"components": object{
			"schemas":         object(s),
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer", "description": "A token of the account page; it begins with vigie_."}},
		},
		"x-problems": problemKinds(),
	}
}

// schemas are those of the views, by name.
type schemas object

// operation describes a route.
func (s schemas) operation(t *route) object {
	parameters := []object{}
	for _, p := range t.params {
		parameters = append(parameters, parameterOf(p))
	}
	content := object{"type": "object"}
	if t.view != nil {
		content = s.of(reflect.TypeOf(t.view), "")
	}
	answers := object{
		strconv.Itoa(http.StatusOK):          object{"description": "The answer.", "headers": object{"ETag": object{"schema": object{"type": "string"}}}, "content": object{"application/json": object{"schema": content}}},
		strconv.Itoa(http.StatusNotModified): object{"description": "The caller has it already."},
		"default":                            object{"description": "A problem.", "content": object{"application/problem+json": object{"schema": s.of(reflect.TypeFor[Problem](), "")}}},
	}
	out := object{"operationId": t.name, "summary": t.about, "parameters": parameters, "responses": answers}
	if t.public() {
		out["security"] = []object{{}, {"token": []string{}}}
		return out
	}
	out["security"] = []object{{"token": []string{string(t.scope)}}}
	out["description"] = fmt.Sprintf("The token needs the scope %s, and whoever gave it the permission %q.", t.scope, t.permission)
	return out
}

func parameterOf(p param) object {
	schema := object{"type": "string"}
	if p.number {
		schema = object{"type": "integer", "minimum": 1, "maximum": mostLimit, "default": defaultLimit}
	}
	if p.one != nil {
		schema["enum"] = p.one
	}
	out := object{"name": p.name, "in": "query", "description": p.about, "schema": schema}
	if p.path {
		out["in"], out["required"] = "path", true
	}
	return out
}

// of is the schema of a type; those of structs are added by their names.
func (s schemas) of(t reflect.Type, enum string) object {
	if t == reflect.TypeFor[time.Time]() {
		return object{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), enum)
	case reflect.Struct:
		s.add(t)
		return object{"$ref": "#/components/schemas/" + t.Name()}
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem(), "")}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem(), "")}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	default: // a test holds the views to strings
		out := object{"type": "string"}
		if enum != "" {
			out["enum"] = strings.Split(enum, ",")
		}
		return out
	}
}

// add adds the schema of a struct, and those of what it holds.
func (s schemas) add(t reflect.Type) {
	if s[t.Name()] != nil {
		return
	}
	properties := object{}
	s[t.Name()] = object{} // it may hold itself
	var required []string
	for _, f := range fieldsOf(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		schema := maps.Clone(s.of(f.Type, f.Tag.Get("enum")))
		schema["description"] = f.Tag.Get("doc")
		properties[name] = schema
		if options == "" {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	schema := object{"type": "object", "properties": properties}
	if required != nil {
		schema["required"] = required
	}
	s[t.Name()] = schema
}

// fieldsOf are the fields that JSON has of a struct.
func fieldsOf(t reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for f := range t.Fields() {
		switch {
		case f.Anonymous:
			out = append(out, fieldsOf(f.Type)...)
		case f.IsExported():
			out = append(out, f)
		}
	}
	return out
}
