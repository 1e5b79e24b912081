"""The people who use the desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from salesdesk.models.base import MAX_NAME, instant, one_of


class User(SQLModel, table=True):
    """A person who works here. A disabled one keeps their history. ``zone`` is their own, else the home zone."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", "manager", "lead", "admin"), CheckConstraint("name <> ''", name="name"))

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=MAX_NAME, unique=True)
    label: str = Field(max_length=MAX_NAME)
    role: str = Field(max_length=16)
    active: bool = True
    os_login: str | None = Field(default=None, max_length=MAX_NAME, unique=True)
    zone: str | None = Field(default=None, max_length=64)
    password_hash: str | None = Field(default=None, max_length=255)
    created_at: datetime = instant()


class UserPool(SQLModel, table=True):
    """Who belongs to which pool. Everybody belongs to the built-in one, which has no rows."""

    __tablename__ = "user_pool"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    pool: str = Field(max_length=64, primary_key=True)
