"""Opens what the pipeline locks, as somebody with the password does."""

import io

import msoffcrypto


def unlocked(content: bytes, password: str) -> bytes:
    """What a locked workbook holds; raises msoffcrypto's InvalidKeyError for another password."""
    file, plain = msoffcrypto.OfficeFile(io.BytesIO(content)), io.BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(plain, verify_integrity=True)
    return plain.getvalue()
