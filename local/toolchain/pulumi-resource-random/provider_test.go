package main

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

const urn = "urn:pulumi:dev::tenantry::" + passwordType + "::acme-key"

func marshal(t *testing.T, properties resource.PropertyMap) *structpb.Struct {
	t.Helper()
	marshaled, err := plugin.MarshalProperties(properties, writing)
	if err != nil {
		t.Fatal(err)
	}
	return marshaled
}

func create(t *testing.T, preview bool, inputs resource.PropertyMap) resource.PropertyMap {
	t.Helper()
	response, err := (&provider{}).Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: urn, Preview: preview, Properties: marshal(t, inputs),
	})
	if err != nil {
		t.Fatal(err)
	}
	if response.GetId() != "none" {
		t.Errorf("id %q, want none", response.GetId())
	}
	outputs, err := plugin.UnmarshalProperties(response.GetProperties(), reading)
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

func TestCreateReturnsSecretsAndTheOfficialShape(t *testing.T) {
	outputs := create(t, false, resource.PropertyMap{
		"length":  resource.NewProperty(24.0),
		"special": resource.NewProperty(false),
		"keepers": resource.NewProperty(resource.PropertyMap{"rotation": resource.NewProperty("1")}),
	})
	for _, key := range []resource.PropertyKey{"result", "bcryptHash"} {
		if !outputs[key].IsSecret() {
			t.Errorf("%s is not a secret", key)
		}
	}
	if result := outputs["result"].SecretValue().Element.StringValue(); len(result) != 24 {
		t.Errorf("length %d, want 24", len(result))
	}
	for _, key := range []resource.PropertyKey{
		"length", "special", "lower", "upper", "number", "numeric",
		"minLower", "minUpper", "minNumeric", "minSpecial", "keepers",
	} {
		if _, present := outputs[key]; !present {
			t.Errorf("%s is missing", key)
		}
	}
}

func TestPreviewMakesNoPassword(t *testing.T) {
	outputs := create(t, true, resource.PropertyMap{"length": resource.NewProperty(24.0)})
	if !outputs["result"].ContainsUnknowns() {
		t.Error("the result of a preview is known")
	}
}

func TestOldNameOfNumericIsHeard(t *testing.T) {
	outputs := create(t, false, resource.PropertyMap{"length": resource.NewProperty(8.0), "number": resource.NewProperty(false)})
	if outputs["numeric"].BoolValue() {
		t.Error("number: false was ignored")
	}
}

func TestDiff(t *testing.T) {
	inputs := func(rotation string) *structpb.Struct {
		return marshal(t, resource.PropertyMap{
			"length":  resource.NewProperty(24.0),
			"keepers": resource.NewProperty(resource.PropertyMap{"rotation": resource.NewProperty(rotation)}),
		})
	}
	diff := func(before, after *structpb.Struct) *pulumirpc.DiffResponse {
		response, err := (&provider{}).Diff(context.Background(), &pulumirpc.DiffRequest{Urn: urn, OldInputs: before, News: after})
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	if same := diff(inputs("1"), inputs("1")); same.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Error("equal inputs differ")
	}
	rotated := diff(inputs("1"), inputs("2"))
	if rotated.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || len(rotated.GetReplaces()) != 1 || rotated.GetReplaces()[0] != "keepers" {
		t.Errorf("a rotation does not replace: %v", rotated)
	}
}

func TestCheck(t *testing.T) {
	check := func(inputs resource.PropertyMap) *pulumirpc.CheckResponse {
		response, err := (&provider{}).Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn, News: marshal(t, inputs)})
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	if failures := check(resource.PropertyMap{"length": resource.NewProperty(8.0)}).GetFailures(); len(failures) != 0 {
		t.Errorf("good inputs were refused: %v", failures)
	}
	for name, inputs := range map[string]resource.PropertyMap{
		"no length":    {},
		"text":         {"length": resource.NewProperty("eight")},
		"not possible": {"length": resource.NewProperty(1.0), "minLower": resource.NewProperty(2.0)},
	} {
		if len(check(inputs).GetFailures()) == 0 {
			t.Errorf("%s was accepted", name)
		}
	}
	unknown := resource.MakeComputed(resource.NewProperty(""))
	if failures := check(resource.PropertyMap{"length": unknown}).GetFailures(); len(failures) != 0 {
		t.Errorf("an unknown length was refused in a preview: %v", failures)
	}
}

func TestOtherResourcesAreRefused(t *testing.T) {
	_, err := (&provider{}).Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: "urn:pulumi:dev::tenantry::random:index/randomPet:RandomPet::pet", Properties: &structpb.Struct{},
	})
	if err == nil {
		t.Error("a resource that is not offered was created")
	}
}
