"""The project's users, who sign in with their e-mail address and have no username."""

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **given: Any) -> "Member":
        member = self.model(email=self.normalize_email(email), **given)
        member.set_password(password)
        member.save()
        return member

    def create_superuser(self, email: str, password: str | None = None, **given: Any) -> "Member":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **given)


class Member(AbstractUser):
    username = None
    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = MemberManager()
