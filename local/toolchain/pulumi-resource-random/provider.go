package main

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	passwordType = "random:index/randomPassword:RandomPassword"
	// A password is not found anywhere by its id; the official provider uses the same word.
	passwordID = "none"
)

// The provider's contract in Pulumi's schema language, for tools that ask for it.
const schema = `{"name":"random","version":"` + version + `","resources":{"` + passwordType + `":{}}}`

// provider answers the engine. What it does not implement, the engine is told so by the embedded type.
type provider struct {
	pulumirpc.UnimplementedResourceProviderServer
}

var reading = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true}
var writing = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true}

func (*provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

func (*provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: schema}, nil
}

func (*provider) CheckConfig(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: request.GetNews()}, nil
}

func (*provider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

func (*provider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

func (*provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (*provider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Check refuses inputs that no password could satisfy; unknown ones are checked when they are known.
func (*provider) Check(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	inputs, err := readInputs(request.GetUrn(), request.GetType(), request.GetNews())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.CheckResponse{Inputs: request.GetNews()}
	if inputs.ContainsUnknowns() {
		return response, nil
	}
	rules, err := rulesOf(inputs)
	if err == nil {
		err = rules.check()
	}
	if err != nil {
		response.Failures = []*pulumirpc.CheckFailure{{Property: "length", Reason: err.Error()}}
	}
	return response, nil
}

// Diff asks for a replacement when any input differs: a password cannot be changed, only made anew.
func (*provider) Diff(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	before, err := readInputs(request.GetUrn(), request.GetType(), request.GetOldInputs())
	if err != nil {
		return nil, err
	}
	after, err := readInputs(request.GetUrn(), request.GetType(), request.GetNews())
	if err != nil {
		return nil, err
	}
	difference := before.Diff(after, resource.IsInternalPropertyKey)
	if difference == nil {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME}
	for _, key := range difference.ChangedKeys() {
		response.Replaces = append(response.Replaces, string(key))
		response.Diffs = append(response.Diffs, string(key))
	}
	return response, nil
}

// Create makes the password. In a preview its value is unknown.
func (*provider) Create(_ context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := readInputs(request.GetUrn(), request.GetType(), request.GetProperties())
	if err != nil {
		return nil, err
	}
	outputs := withDefaults(inputs)
	if request.GetPreview() {
		outputs["result"] = resource.MakeSecret(resource.MakeComputed(resource.NewProperty("")))
		outputs["bcryptHash"] = resource.MakeSecret(resource.MakeComputed(resource.NewProperty("")))
	} else {
		rules, err := rulesOf(inputs)
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
		password, err := rules.generate()
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
		sum, err := hash(password)
		if err != nil {
			return nil, err
		}
		outputs["result"] = resource.MakeSecret(resource.NewProperty(password))
		outputs["bcryptHash"] = resource.MakeSecret(resource.NewProperty(sum))
	}
	properties, err := plugin.MarshalProperties(outputs, writing)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: passwordID, Properties: properties}, nil
}

// Read gives back what is stored: a password exists nowhere else, so it cannot have drifted.
func (*provider) Read(_ context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{
		Id: request.GetId(), Properties: request.GetProperties(), Inputs: request.GetInputs(),
	}, nil
}

// Update is never asked for, since every difference replaces.
func (*provider) Update(context.Context, *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return nil, status.Error(codes.Unimplemented, "a password is replaced, never updated")
}

func (*provider) Delete(context.Context, *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func readInputs(urn, token string, properties *structpb.Struct) (resource.PropertyMap, error) {
	if token == "" {
		token = string(resource.URN(urn).Type())
	}
	if token != passwordType {
		return nil, status.Error(codes.Unimplemented, fmt.Sprintf(
			"%s is not offered by this stand-in for the random provider, which knows %s only; install the official plugin",
			token, passwordType))
	}
	return plugin.UnmarshalProperties(properties, reading)
}

// withDefaults fills in what the official provider would state about a password with these inputs.
func withDefaults(inputs resource.PropertyMap) resource.PropertyMap {
	outputs := resource.PropertyMap{
		"lower": resource.NewProperty(true), "upper": resource.NewProperty(true), "special": resource.NewProperty(true),
		"number": resource.NewProperty(true), "numeric": resource.NewProperty(true),
		"minLower": resource.NewProperty(0.0), "minUpper": resource.NewProperty(0.0),
		"minNumeric": resource.NewProperty(0.0), "minSpecial": resource.NewProperty(0.0),
	}
	for key, value := range inputs {
		if !resource.IsInternalPropertyKey(key) {
			outputs[key] = value
		}
	}
	// `number` is the old name of `numeric`; whichever was given decides both.
	if value, given := inputs["numeric"]; given {
		outputs["number"] = value
	} else if value, given := inputs["number"]; given {
		outputs["numeric"] = value
	}
	return outputs
}

func rulesOf(inputs resource.PropertyMap) (passwordRules, error) {
	all := withDefaults(inputs)
	var failure error
	plain := func(key resource.PropertyKey) resource.PropertyValue {
		value := all[key]
		for value.IsSecret() {
			value = value.SecretValue().Element
		}
		return value
	}
	number := func(key resource.PropertyKey) int {
		if value := plain(key); value.IsNumber() {
			return int(value.NumberValue())
		}
		failure = fmt.Errorf("%s must be a number", key)
		return 0
	}
	flag := func(key resource.PropertyKey) bool {
		if value := plain(key); value.IsBool() {
			return value.BoolValue()
		}
		failure = fmt.Errorf("%s must be true or false", key)
		return false
	}
	rules := passwordRules{
		length: number("length"),
		lower:  flag("lower"), upper: flag("upper"), numeric: flag("numeric"), special: flag("special"),
		minLower: number("minLower"), minUpper: number("minUpper"),
		minNumeric: number("minNumeric"), minSpecial: number("minSpecial"),
	}
	if _, given := all["overrideSpecial"]; given {
		if value := plain("overrideSpecial"); value.IsString() {
			rules.overrideSpecial = value.StringValue()
		} else {
			failure = fmt.Errorf("overrideSpecial must be a string")
		}
	}
	return rules, failure
}
