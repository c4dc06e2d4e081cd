"""Evaluation datasets: cases that grow with use, tied to experiments."""

import pytest

from failing import fails


@pytest.fixture
def dataset(client, unique, experiment_id):
    return client.create_dataset(unique("cases"), [experiment_id], tags={"team": "risk"})


def test_create_and_get(client, dataset, experiment_id):
    kept = client.get_dataset(dataset.dataset_id)
    assert (kept.name, kept.experiment_ids) == (dataset.name, [experiment_id])
    assert kept.tags["team"] == "risk"
    assert kept.records == []
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_dataset("d-none")


def test_records_with_equal_inputs_are_one(client, dataset):
    dataset.merge_records([
        {"inputs": {"question": "late?", "limit": 3}, "expectations": {"answer": "yes"}},
        {"inputs": {"question": "early?"}, "outputs": {"text": "no"}, "tags": {"hard": "yes"}},
    ])
    dataset.merge_records([{"inputs": {"limit": 3, "question": "late?"}, "expectations": {"why": "wind"}}])
    kept = client.get_dataset(dataset.dataset_id)
    by_question = {record.inputs["question"]: record for record in kept.records}
    assert by_question.keys() == {"late?", "early?"}
    assert by_question["late?"].expectations == {"answer": "yes", "why": "wind"}
    assert by_question["early?"].outputs == {"text": "no"}
    assert kept.digest != dataset.digest or kept.last_update_time == dataset.last_update_time
    assert len(kept.to_df()) == 2
    assert kept.delete_records([by_question["late?"].dataset_record_id]) == 1
    assert [record.inputs["question"] for record in client.get_dataset(dataset.dataset_id).records] == ["early?"]


def test_many_records_come_in_pages(client, dataset):
    dataset.merge_records([{"inputs": {"number": number}} for number in range(1200)])
    records = client.get_dataset(dataset.dataset_id).records
    assert sorted(record.inputs["number"] for record in records) == list(range(1200))


def test_tags_experiments_and_search(client, unique, dataset, experiment_id):
    client.set_dataset_tags(dataset.dataset_id, {"team": "growth", "stage": "one"})
    client.delete_dataset_tag(dataset.dataset_id, "stage")
    other = client.create_experiment(unique())
    client.add_dataset_to_experiments(dataset.dataset_id, [other])
    assert set(client.get_dataset(dataset.dataset_id).experiment_ids) == {experiment_id, other}
    client.remove_dataset_from_experiments(dataset.dataset_id, [experiment_id])

    def found(**query):
        return [one.dataset_id for one in client.search_datasets(**query)]

    assert found(experiment_ids=[other]) == [dataset.dataset_id]
    assert found(experiment_ids=[experiment_id]) == []
    assert found(filter_string=f"name = '{dataset.name}' AND tags.team = 'growth'") == [dataset.dataset_id]
    assert found(filter_string=f"name = '{dataset.name}' AND tags.team = 'risk'") == []
    with fails("INVALID_PARAMETER_VALUE"):
        found(filter_string="nothing = 'x'")


def test_delete(client, dataset):
    client.delete_dataset(dataset.dataset_id)
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_dataset(dataset.dataset_id)
