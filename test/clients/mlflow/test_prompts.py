import mlflow


def test_prompts_are_kept_apart_from_models(client, unique):
    name = unique("prompt")
    first = mlflow.genai.register_prompt(name, "Say hello to {{who}}.", commit_message="first", tags={"lang": "en"})
    assert first.version == 1
    second = mlflow.genai.register_prompt(name, "Greet {{who}} in {{language}}.")
    assert second.version == 2
    assert mlflow.genai.load_prompt(name, version=1).format(who="Ann") == "Say hello to Ann."
    mlflow.genai.set_prompt_alias(name, "production", 1)
    assert mlflow.genai.load_prompt(f"prompts:/{name}@production").version == 1
    assert name not in [m.name for m in client.search_registered_models()]
    assert name in [p.name for p in mlflow.genai.search_prompts(f"name = '{name}'")]


def test_traces_are_found_by_the_prompts_they_used(client, unique):
    experiment = mlflow.set_experiment(unique())
    name = unique("my_prompt")
    other = name.replace("_", "-")
    for each in [name, other]:
        mlflow.genai.register_prompt(each, "Say hello to {{who}}.")
        mlflow.genai.register_prompt(each, "Greet {{who}}.")

    @mlflow.trace
    def greet(*prompts):
        return [mlflow.genai.load_prompt(prompt, version=2).format(who="Ann") for prompt in prompts]

    greet(name)
    first = mlflow.get_last_active_trace_id()
    greet(other, name)
    second = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()

    def found(filter_string):
        return [t.info.trace_id for t in client.search_traces([experiment.experiment_id], filter_string=filter_string)]

    assert found(f"prompt = '{name}/2'") == [second, first]
    assert found(f"prompt = '{other}/2' AND status = 'OK'") == [second]
    assert found(f"prompt = '{name}/1'") == []
