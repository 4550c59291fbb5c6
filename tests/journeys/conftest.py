"""The product of a journey, and somebody with its private key."""

from collections.abc import Iterator

import httpx
import pytest

from tests.product import Product, serving


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """One that may call servers on this machine; a journey that needs another defines its own."""
    with serving(YINGDA_ALLOWED_TARGETS='["127.0.0.0/8"]') as product:
        yield product


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {product.keys['privateKey']}"}
    with httpx.Client(base_url=product.url, headers=headers, trust_env=False, timeout=20) as client:
        yield client
