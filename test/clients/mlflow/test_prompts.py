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
