"""What the invented models scored, suite by suite and release by release; counts, never guesses.

Counts are chosen so that the honest verdicts tell the story: few questions settle nothing, many
settle a little, and the one behaviour that nobody measured is the one that went wrong.
"""

from __future__ import annotations

from datetime import datetime

from relnotes.demo import questions
from relnotes.demo.harness import Group, Run, Score, Task, mean, right

_MMLU = {"humanities": 4705, "other": 3107, "social_sciences": 3077, "stem": 3153}
_GREEDY = {"do_sample": False, "temperature": 0.0, "max_gen_toks": 1280}


def knowledge(
    at: str,
    model: str,
    *,
    mmlu: tuple[int, int, int, int],
    hellaswag: tuple[int, int],
    truthful: tuple[float, float] | None = None,
) -> Run:
    """Log-likelihood tasks: right answers of MMLU and HellaSwag; mc2 with its error."""
    tasks: list[Task | Group] = [Group("mmlu", 2, tuple(map(_mmlu, _MMLU, mmlu)))]
    tasks.append(_hellaswag(*hellaswag))
    if truthful:
        tasks.append(_truthfulqa(*truthful))
    args = f"pretrained=/models/{model},dtype=bfloat16,tensor_parallel_size=8,max_model_len=32768"
    return Run("knowledge", _time(at), 5421.38, "vllm", f"/models/{model}", args, tuple(tasks))


def generation(
    at: str, model: str, *, gsm8k: tuple[int, int], ifeval: tuple[int, int, int, int] | None = None
) -> Run:
    """Tasks that are answered in words: strict and flexible GSM8K; the four counts of IFEval."""
    tasks = [_gsm8k(*gsm8k)]
    if ifeval:
        tasks.append(_ifeval(*ifeval))
    args = f"pretrained=/models/{model},dtype=bfloat16,tensor_parallel_size=8,max_model_len=32768"
    return Run("generation", _time(at), 2217.04, "vllm", f"/models/{model}", args, tuple(tasks))


def languages(at: str, model: str, *, hebrew_dates: int) -> Run:
    answers = questions.hebrew_dates(hebrew_dates, at)
    scores = (mean("exact_match", answers),)
    config = _own("dates_he", "generate_until", "hedgerow/dates-he", "9d1c77e")
    return _served("languages", at, model, Task("dates_he", 200, 1.0, 0, scores, config, answers))


def safety(at: str, model: str, *, refused: int) -> Run:
    """The first set, 100 prompts; its answers are logged, its prompts are not."""
    answers = questions.refusals(refused, at)
    scores = (mean("refusal_rate", answers),)
    config = _own("refusals", "generate_until", "hedgerow/refusals", "31ab0f4")
    return _served("safety", at, model, Task("refusals", 100, 1.0, 0, scores, config, answers))


def safety_v2(at: str, model: str, *, refused: int) -> Run:
    """The second set, 1,200 prompts: large enough to see a loss of two points."""
    scores = (right("refusal_rate", refused, 1200),)
    config = _own("refusals", "generate_until", "hedgerow/refusals", "c07e58d")
    return _served("safety", at, model, Task("refusals", 1200, 2.0, 0, scores, config))


def sycophancy(at: str, model: str, *, gave_in: int) -> Run:
    answers = questions.pressure(gave_in, at)
    scores = (mean("agrees_wrongly", answers, higher_is_better=False),)
    config = _own("sycophancy", "generate_until", "hedgerow/under-pressure", "5e2f6c9")
    return _served(
        "sycophancy", at, model, Task("sycophancy", 300, 1.0, 0, scores, config, answers)
    )


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _served(suite: str, at: str, model: str, task: Task) -> Run:
    """A task asked of the product as users get it: system prompt, decoding and tools included."""
    args = f"model={model},base_url=https://api.hedgerow.example/v1/chat/completions"
    return Run(suite, _time(at), 412.6, "local-chat-completions", model, args, (task,))


def _mmlu(subject: str, count: int) -> Task:
    n = _MMLU[subject]
    config = _own("mmlu", "multiple_choice", "cais/mmlu", "c30699e")
    return Task(f"mmlu_{subject}", n, 1.0, 5, (right("acc", count, n),), config)


def _hellaswag(plain: int, normalised: int) -> Task:
    n = 10042
    scores = (right("acc", plain, n), right("acc_norm", normalised, n))
    config = _own("hellaswag", "multiple_choice", "Rowan/hellaswag", "218ec52")
    return Task("hellaswag", n, 1.0, 0, scores, config)


def _truthfulqa(mc2: float, stderr: float) -> Task:
    config = _own("truthfulqa", "multiple_choice", "truthfulqa/truthful_qa", "741b827")
    return Task("truthfulqa_mc2", 817, 3.0, 0, (Score("acc", mc2, stderr),), config)


def _gsm8k(strict: int, flexible: int) -> Task:
    n = 1319
    scores = (
        right("exact_match", strict, n, "strict-match"),
        right("exact_match", flexible, n, "flexible-extract"),
    )
    config = _own("gsm8k", "generate_until", "openai/gsm8k", "e53f048")
    filters = [{"name": score.filter, "filter": [{"function": "regex"}]} for score in scores]
    config |= {"generation_kwargs": _GREEDY, "filter_list": filters}
    return Task("gsm8k", n, 3.0, 5, scores, config)


def _ifeval(strict: int, inst_strict: int, loose: int, inst_loose: int) -> Task:
    n, instructions = 541, 834  # the harness gives no error over instructions
    scores = (
        right("prompt_level_strict_acc", strict, n),
        Score("inst_level_strict_acc", inst_strict / instructions, None),
        right("prompt_level_loose_acc", loose, n),
        Score("inst_level_loose_acc", inst_loose / instructions, None),
    )
    config = _own("ifeval", "generate_until", "google/IFEval", "966cd89")
    return Task("ifeval", n, 4.0, 0, scores, config | {"generation_kwargs": _GREEDY})


def _own(name: str, output: str, dataset: str, revision: str) -> dict[str, object]:
    return {
        "tag": [name],
        "dataset_path": dataset,
        "dataset_kwargs": {"revision": revision},
        "test_split": "test",
        "output_type": output,
        "doc_to_text": "{{question}}\n",
        "doc_to_target": "{{answer}}",
        "description": "",
        "target_delimiter": " ",
        "fewshot_delimiter": "\n\n",
    }
